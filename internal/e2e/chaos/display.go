package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A display shows the state of the experiment: on a terminal in one line that it updates,
// elsewhere by a line now and then.
type display struct {
	out        io.Writer
	experiment *experiment
	begin      time.Time
	terminal   bool
	calls      int
}

// every sets how many calls of now make one line when there is no terminal.
const every = 10

func newDisplay(out io.Writer, r *experiment) *display {
	d := &display{out: out, experiment: r, begin: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		d.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return d
}

// now shows the state.
func (d *display) now() {
	d.calls++
	switch {
	case d.terminal:
		_, _ = fmt.Fprintf(d.out, "\r\033[K%s", d.line())
	case d.calls%every == 0:
		_, _ = fmt.Fprintln(d.out, d.line())
	}
}

// end writes the last line, and how workers ended that the experiment did not kill.
func (d *display) end() {
	start := ""
	if d.terminal {
		start = "\r\033[K"
	}
	_, _ = fmt.Fprintf(d.out, "%s%s\n", start, d.line())
	if n, err := d.experiment.workers.unexpectedExits(); n > 0 {
		_, _ = fmt.Fprintf(d.out, "%d times a worker ended by itself, as it does when there is no server at its start; the last time: %v\n",
			n, err)
	}
}

func (d *display) line() (line string) {
	exits, _ := d.experiment.workers.unexpectedExits()
	d.experiment.record.with(func(rec *record) {
		line = fmt.Sprintf("%4.0fs  started %d  decided %d (%d queued)  ended %d/%d  exited %d  killed: %d workers, %d times all, %d servers",
			time.Since(d.begin).Seconds(), rec.started, len(rec.votes), rec.queued, rec.ended, d.experiment.orders, exits,
			rec.kills[oneWorker], rec.kills[allWorkers], rec.kills[theServer])
	})
	return line
}
