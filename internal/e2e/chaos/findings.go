package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Promises for votes, items and orders.
const (
	votesCount = "a vote that was acknowledged is counted once"
	itemsOnce  = "an item that was acknowledged is received once, and no other"
	paidOnce   = "an order is charged once, by the ledger, or all is paid back"
	allEnd     = "an order ends"
	asDecided  = "it ends as people and partners have decided"
	allReplay  = "its history replays, without a task that was not deterministic"
)

// findings hold the promises, the number of cases of each, and the violations.
type findings []*finding

type finding struct {
	promise  string
	checked  int
	violated []string
}

// add adds one case. wrong says what violates the promise; empty means that nothing does.
func (f *finding) add(wrong string) {
	f.checked++
	if wrong != "" {
		f.violated = append(f.violated, wrong)
	}
}

const shown = 5 // violations of each promise

// write writes the table. It returns an error if a promise was broken, or if it was kept
// although its protection was left out.
func (all findings) write(out io.Writer, o options) error {
	broken, missed := 0, o.without != nothing
	_, _ = fmt.Fprintf(out, "\n%-64s %9s %9s\n", "promised", "checked", "violated")
	for _, f := range all {
		_, _ = fmt.Fprintf(out, "%-64s %9d %9d\n", f.promise, f.checked, len(f.violated))
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
		return fmt.Errorf("without %s %q was to be broken, and no check shows that; try more -kills; seed %d",
			o.without, holds[o.without], o.seed)
	case broken > 0:
		return fmt.Errorf("%d of %d promises were broken; seed %d", broken, len(all), o.seed)
	}
	_, _ = fmt.Fprintf(out, "all promises were kept; seed %d\n", o.seed)
	return nil
}

// A record holds what was acknowledged to people and to the warehouse. Each of these
// votes and items must count.
type record struct {
	mu      sync.Mutex
	started int
	votes   []acknowledgedVote
	queued  int // votes that were sent as signals
	items   map[string][]string
	refused map[string][]string // requests that the API must not refuse, by the promise that it breaks
	kills   map[target]int
	ended   int
}

// acknowledgedVote is a vote that was acknowledged.
type acknowledgedVote struct {
	order, gate, who string
	choice           policy.Choice
}

func newRecord() *record {
	return &record{items: map[string][]string{}, refused: map[string][]string{}, kills: map[target]int{}}
}

// with calls f while no one else uses the record.
func (r *record) with(f func(*record)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(r)
}
