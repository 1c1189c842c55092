package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// A display is one line that is written again and again on a terminal, and a line
// now and then elsewhere.
type display struct {
	out      io.Writer
	rig      *rig
	begin    time.Time
	terminal bool
	calls    int
}

// every is how many calls of now make a line where there is no terminal.
const every = 10

func newDisplay(out io.Writer, r *rig) *display {
	d := &display{out: out, rig: r, begin: time.Now()}
	if f, ok := out.(*os.File); ok {
		info, err := f.Stat()
		d.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return d
}

// now shows how it stands.
func (d *display) now() {
	d.calls++
	switch {
	case d.terminal:
		_, _ = fmt.Fprintf(d.out, "\r\033[K%s", d.line())
	case d.calls%every == 0:
		_, _ = fmt.Fprintln(d.out, d.line())
	}
}

// end leaves the line, and says how a worker has ended that nobody has killed.
func (d *display) end() {
	start := ""
	if d.terminal {
		start = "\r\033[K"
	}
	_, _ = fmt.Fprintf(d.out, "%s%s\n", start, d.line())
	if n, err := d.rig.crew.ownEnds(); n > 0 {
		_, _ = fmt.Fprintf(d.out, "%d times a worker has ended by itself, as it does when there is no server at its start; the last time: %v\n",
			n, err)
	}
}

func (d *display) line() (line string) {
	fallen, _ := d.rig.crew.ownEnds()
	d.rig.book.note(func(b *book) {
		line = fmt.Sprintf("%4.0fs  started %d  decided %d (%d queued)  ended %d/%d  fallen %d  killed: %d workers, %d times all, %d servers",
			time.Since(d.begin).Seconds(), b.started, len(b.votes), b.queued, b.ended, d.rig.orders, fallen,
			b.kills[oneWorker], b.kills[allWorkers], b.kills[theServer])
	})
	return line
}
