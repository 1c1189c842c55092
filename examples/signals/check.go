package main

import (
	"context"
	"fmt"
	"io"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// check prints what became of the messages, and fails when a promise was broken.
func check(ctx context.Context, out io.Writer, s *sender, sum Summary, shelf *Shelf, firstRun string) error {
	links, err := chain(ctx, s.client, s.orderID, firstRun)
	if err != nil {
		return err
	}
	return report(out, links, invariants(s, sum, shelf, links))
}

// A link is one run in the chain of an order.
type link struct {
	signals int // in its history
	status  signals.Status
}

// chain looks back at all runs of an order, the first one first.
func chain(ctx context.Context, c client.Client, id, firstRun string) ([]link, error) {
	var links []link
	for run := firstRun; run != ""; {
		var l link
		next := ""
		history := c.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for history.HasNext() {
			event, err := history.Next()
			if err != nil {
				return nil, err
			}
			switch event.GetEventType() {
			case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
				l.signals++
			case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
				next = event.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
			}
		}
		var err error
		if l.status, err = Items.Status(ctx, c, signals.Ref{WorkflowID: id, RunID: run}); err != nil { // also of a run that has ended
			return nil, err
		}
		links, run = append(links, l), next
	}
	return links, nil
}

// An invariant is a promise with what it promises and what was found.
type invariant struct {
	text      string
	got, want int
	ok        bool
}

// invariants compares the books of the sender, the order and the shelf.
func invariants(s *sender, sum Summary, shelf *Shelf, links []link) []invariant {
	received, skipped, lost, inHistory, cents := 0, 0, 0, 0, 0
	for _, l := range links {
		received += l.status.Received
		skipped += l.status.Duplicates
		lost += l.status.DeadLetters.Count + l.status.Unreadable + l.status.Newer
		inHistory += l.signals
	}
	for _, item := range s.sent {
		cents += item.Cents
	}
	sent := len(s.sent)
	packed, others := shelf.count(s.sent)
	equal := func(text string, got, want int) invariant { return invariant{text, got, want, got == want} }
	return []invariant{
		equal("items sent and acknowledged", len(s.acked), sent),
		equal("items received, each once", received, sent),
		equal("items in the order", sum.Items, sent),
		equal("sent items on the shelf", packed, sent),
		equal("other items on the shelf", others, 0),
		equal("total in cents", sum.Cents, cents),
		// A message that was sent again after an error may have come twice.
		{"duplicates skipped", skipped, s.twice, skipped == s.twice || skipped > s.twice && s.again > 0},
		equal("messages lost or unusable", lost, 0),
		equal("runs in the chain", len(links), sum.Runs),
		{"runs in the chain, at least", len(links), 2, len(links) >= 2},
		{"signals in history, less than", inHistory, sent + s.twice, inHistory < sent+s.twice},
	}
}

// report prints the runs and the invariants, and fails when one is violated.
func report(out io.Writer, links []link, all []invariant) error {
	row := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	row("\n%6s %10s %10s %10s", "run", "signals", "received", "skipped")
	for i, l := range links {
		row("%6d %10d %10d %10d", i+1, l.signals, l.status.Received, l.status.Duplicates)
	}
	row("\n%-32s %8s %8s", "invariant", "found", "expected")
	violated := 0
	for _, i := range all {
		verdict := "ok"
		if !i.ok {
			verdict = "VIOLATED"
			violated++
		}
		row("%-32s %8d %8d  %s", i.text, i.got, i.want, verdict)
	}
	if violated > 0 {
		return fmt.Errorf("%d of %d invariants are violated; see the table", violated, len(all))
	}
	return nil
}
