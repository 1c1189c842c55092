package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// Activities take effect outside the workflow. The maps stand in for database tables with
// a unique key.
type Activities struct {
	Printf func(format string, args ...any)

	notices sync.Map // by key
	paid    sync.Map // receipts, by the ID of the report
}

// Prepare checks and normalizes a report. It runs as a local activity, because it is quick
// and has no side effects.
func (a *Activities) Prepare(_ context.Context, r Report) (Report, error) {
	r.Purpose = strings.TrimSpace(r.Purpose)
	if r.ID == "" || r.Euros <= 0 {
		return Report{}, temporal.NewNonRetryableApplicationError(
			fmt.Sprintf("report %q of %d euros cannot be submitted; give it an ID and a positive amount", r.ID, r.Euros), "InvalidReport", nil)
	}
	a.Printf("prepared   report %s of %s: %d euros for %s", r.ID, r.Employee, r.Euros, r.Purpose)
	return r, nil
}

// Tell notifies people, here by printing. A notice may come twice, with the same key.
func (a *Activities) Tell(_ context.Context, n approval.Notice) error {
	if _, before := a.notices.LoadOrStore(n.Key, true); before {
		return nil
	}
	deciders := strings.Join(slices.Concat(n.Groups, n.Users), ", ")
	until := n.Deadline.Local().Format(time.TimeOnly)
	switch n.Kind {
	case approval.NoticeOpened:
		a.Printf("notice     to %s: please look at %q of %s, %d must approve until %s", deciders, n.Title, n.Requester, n.Missing, until)
	case approval.NoticeEscalated:
		a.Printf("notice     to %s: %q of %s still waits, now for one of you", deciders, n.Title, n.Requester)
	case approval.NoticeReminder:
		a.Printf("notice     to %s: %q of %s waits until %s only", deciders, n.Title, n.Requester, until)
	case approval.NoticeChanges:
		a.Printf("notice     to %s: %q needs a change", n.Requester, n.Title)
	case approval.NoticeClosed:
		a.Printf("notice     to %s: %q is %s", n.Requester, n.Title, because(string(n.State), n.Why))
	}
	return nil
}

// because adds the reason, if there is one.
func because(what, why string) string {
	if why == "" {
		return what
	}
	return what + ", " + why
}

// Pay pays an approved report and returns the receipt. Temporal runs an activity at least
// once; a report that is paid already keeps its receipt.
func (a *Activities) Pay(_ context.Context, r Report) (string, error) {
	receipt := fmt.Sprintf("%d euros to %s", r.Euros, r.Employee)
	if first, before := a.paid.LoadOrStore(r.ID, receipt); before {
		return first.(string), nil
	}
	a.Printf("paid       report %s: %s", r.ID, receipt)
	return receipt, nil
}
