package devserver

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// progress shows that a long step is alive: one rewritten line on a terminal, a
// line now and then elsewhere.
type progress struct {
	out      io.Writer
	what     string
	every    time.Duration
	terminal bool
	begin    time.Time
}

func newProgress(out io.Writer, what string, every time.Duration) progress {
	p := progress{out: out, what: what, every: every, terminal: isTerminal(out), begin: time.Now()}
	if every == 0 && p.terminal {
		p.every = time.Second
	} else if every == 0 {
		p.every = 15 * time.Second
	}
	return p
}

// until reports the time gone by until done is closed. It returns early, with
// the cause, when ctx ends.
func (p progress) until(ctx context.Context, done <-chan struct{}) error {
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		select {
		case <-done:
			p.show("\n")
			return nil
		case <-ctx.Done():
			p.show("\n")
			return context.Cause(ctx)
		case <-tick.C:
			p.show("")
		}
	}
}

// show writes one report. Its end is a line break only where a terminal's line
// must be left; elsewhere each report is a line.
func (p progress) show(end string) {
	format := "Temporal: %s: %s\n"
	if p.terminal {
		format = "\r\033[KTemporal: %s: %s" + end
	}
	_, _ = fmt.Fprintf(p.out, format, p.what, time.Since(p.begin).Round(time.Second))
}

func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
