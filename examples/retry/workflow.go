package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The policy of a charge, and its limits. Time limits the attempts, not their number:
// attempts that the circuit breaker parks would use it up. The interval and the time are
// short, so that this program does not take minutes.
var (
	policy = temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 1500 * time.Millisecond}
	limits = retry.Limits{StartToClose: 5 * time.Second, ScheduleToClose: time.Minute, Jitter: retry.JitterEqual}
)

// Order names what a customer pays.
type Order struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// State says how a checkout ends.
type State string

// The states.
const (
	StateCharged State = "charged"
	StateRefused State = "refused" // no retry can help: a person must change the order
	StateHeld    State = "held"    // the service did not answer in time: try again later
)

// Outcome holds the result of a checkout.
type Outcome struct {
	State   State  `json:"state"`
	Receipt string `json:"receipt,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Budget says how much time the service asked for, if there was less.
	Budget *retry.BudgetExceeded `json:"budget,omitempty"`
}

// Checkout charges an order.
func Checkout(ctx workflow.Context, order Order) (Outcome, error) {
	var do *Activities // only names the activity
	retries := policy
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    limits.StartToClose,
		ScheduleToCloseTimeout: limits.ScheduleToClose,
		RetryPolicy:            &retries,
	})
	var receipt string
	err := workflow.ExecuteActivity(ctx, do.Charge, order).Get(ctx, &receipt)
	if err == nil {
		return Outcome{State: StateCharged, Receipt: receipt}, nil
	}

	// The reason why there is no further attempt decides what comes now.
	last := retry.LastFailure(err)
	switch reason, _ := retry.ReasonOf(err); reason {
	case retry.ReasonNonRetryable:
		return Outcome{State: StateRefused, Reason: message(last)}, nil
	case retry.ReasonDeadline, retry.ReasonBudgetExceeded:
		out := Outcome{State: StateHeld, Reason: message(last)}
		if budget, asked := retry.AsBudgetExceeded(err); asked {
			out.Budget = &budget
		}
		return out, nil
	default:
		return Outcome{}, err
	}
}

// message returns the text of an error without the texts of its causes.
func message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}
