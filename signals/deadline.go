package signals

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A Deadline is one timer that several waits may share. Its methods are for
// workflow code.
type Deadline struct{ core *wait.Deadline }

// NewDeadline starts a timer of d from now: one history event, and one more
// when it fires or is stopped. A d of zero or less has passed at once.
func NewDeadline(ctx workflow.Context, d time.Duration) *Deadline {
	return &Deadline{core: wait.NewDeadline(ctx, d, "deadline")}
}

// At is the instant for which the deadline was set, in workflow time.
func (d *Deadline) At() time.Time { return d.core.At() }

// Passed reports whether the timer has fired in the run's history.
func (d *Deadline) Passed() bool { return d.core.Passed() }

// Stop cancels the timer. Call it when the waiting is over and the run goes
// on; a run that ends right then needs no Stop, and saves the event.
func (d *Deadline) Stop() { d.core.Stop() }
