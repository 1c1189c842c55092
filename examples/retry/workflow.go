package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The policy of a charge, and its limits. Time is the limit, not a number of
// attempts: those that the circuit breaker parks would use it up. The interval
// and the time are short, so that this program does not take minutes.
var (
	policy = temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 1500 * time.Millisecond}
	limits = retry.Limits{StartToClose: 5 * time.Second, ScheduleToClose: time.Minute, Jitter: retry.JitterEqual}
)

// Order is what is charged.
type Order struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// State is how a checkout ends.
type State string

// The states.
const (
	Charged State = "charged"
	Refused State = "refused" // another try makes no sense: a person must change the order
	Held    State = "held"    // the service did not answer in time: try again later
)

// Outcome is the result of a checkout.
type Outcome struct {
	State   State  `json:"state"`
	Receipt string `json:"receipt,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// Budget is set when the service asked for more time than there was.
	Budget *retry.BudgetExceeded `json:"budget,omitempty"`
}

// Checkout charges an order. This is the part to copy.
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
		return Outcome{State: Charged, Receipt: receipt}, nil
	}

	// Why was there no further attempt? The answer decides what comes now.
	last := retry.LastFailure(err)
	switch reason, _ := retry.ReasonOf(err); reason {
	case retry.ReasonNonRetryable:
		return Outcome{State: Refused, Reason: message(last)}, nil
	case retry.ReasonDeadline, retry.ReasonBudgetExceeded:
		out := Outcome{State: Held, Reason: message(last)}
		if budget, asked := retry.AsBudgetExceeded(err); asked {
			out.Budget = &budget
		}
		return out, nil
	default:
		return Outcome{}, err
	}
}

// message is what an error says, without what its causes say again.
func message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}
