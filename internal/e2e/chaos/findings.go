package main

import (
	"fmt"
	"io"
)

// What is promised of each vote, item, order.
const (
	votesCount = "a vote that was acknowledged is counted once"
	itemsOnce  = "an item that was acknowledged is received once, and no other"
	paidOnce   = "an order is charged once, by the ledger, or all is paid back"
	allEnd     = "an order ends"
	asDecided  = "it ends as people and partners have decided"
	allReplay  = "its history replays, without a task that was not deterministic"
)

// findings are what was promised, how often it was looked at, and where it was not
// kept.
type findings []*finding

type finding struct {
	promise  string
	looked   int
	violated []string
}

// see looks at one case; what is wrong with it is empty when nothing is.
func (f *finding) see(wrong string) {
	f.looked++
	if wrong != "" {
		f.violated = append(f.violated, wrong)
	}
}

const shown = 5 // violations of one promise

// tell writes the table. The error says that a promise was broken, or was not
// although its protection was left out.
func (all findings) tell(out io.Writer, o options) error {
	broken, missed := 0, o.without != nothing
	_, _ = fmt.Fprintf(out, "\n%-64s %9s %9s\n", "promised", "looked at", "violated")
	for _, f := range all {
		_, _ = fmt.Fprintf(out, "%-64s %9d %9d\n", f.promise, f.looked, len(f.violated))
		if len(f.violated) > 0 {
			broken++
			missed = missed && f.promise != holds[o.without]
		}
		for i, v := range f.violated {
			if i == shown {
				_, _ = fmt.Fprintf(out, "    … and %d more\n", len(f.violated)-shown)
				break
			}
			_, _ = fmt.Fprintf(out, "    %s\n", v)
		}
	}
	switch {
	case missed:
		return fmt.Errorf("without %s %q was to be broken, and nothing shows it; try more -kills; seed %d", o.without, holds[o.without], o.seed)
	case broken > 0:
		return fmt.Errorf("%d of %d promises were broken; seed %d", broken, len(all), o.seed)
	}
	_, _ = fmt.Fprintf(out, "all promises were kept; seed %d\n", o.seed)
	return nil
}
