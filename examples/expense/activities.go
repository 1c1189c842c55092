package main

import (
	"context"
	"fmt"
	"strings"

	"go.temporal.io/sdk/temporal"
)

// Activities are the steps outside the workflow.
type Activities struct {
	Ledger Ledger
	Say    func(format string, args ...any)
}

// Prepare checks a report and puts it into order. It is a local activity: quick,
// without side effects, harmless when it runs twice.
func (a *Activities) Prepare(_ context.Context, r Report) (Report, error) {
	r.Purpose = strings.TrimSpace(r.Purpose)
	if r.ID == "" || r.Euros <= 0 {
		return Report{}, temporal.NewNonRetryableApplicationError(
			fmt.Sprintf("report %q over %d euros cannot be submitted; give it an ID and a positive amount", r.ID, r.Euros), "InvalidReport", nil)
	}
	a.Say("prepared   report %s of %s: %d euros for %s", r.ID, r.Employee, r.Euros, r.Purpose)
	return r, nil
}

// Pay pays an approved report and returns the receipt. Temporal runs an
// activity at least once; the ledger sees to it that a report is paid once.
func (a *Activities) Pay(_ context.Context, r Report) (string, error) {
	entry, first, err := a.Ledger.Enter(r.ID, fmt.Sprintf("%d euros to %s", r.Euros, r.Employee))
	if err != nil {
		return "", err
	}
	if !first {
		a.Say("paid       report %s before: the ledger refuses a second payment", r.ID)
		return entry, nil
	}
	a.Say("paid       report %s: %s", r.ID, entry)
	return entry, nil
}
