// Package saga books a trip in steps, and undoes what was done when a step fails.
package saga

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A Trip is the input of each activity. Its ID is part of each idempotency key.
type Trip struct{ ID, From, To string }

// A step does something, and knows the activity that undoes it.
type step struct{ do, undo string }

func steps() []step {
	return []step{{"BookFlight", "CancelFlight"}, {"BookHotel", "CancelHotel"}, {"Charge", "Refund"}}
}

// Book takes the steps in order. When one fails, or the workflow is canceled, it undoes in
// reverse order each step that may have taken effect, the one that failed included.
func Book(ctx workflow.Context, t Trip) (err error) {
	var undo []string
	defer func() {
		if err != nil {
			err = errors.Join(err, undoAll(ctx, t, undo))
		}
	}()
	ctx = workflow.WithActivityOptions(ctx, timeouts.Standard())
	for _, s := range steps() {
		undo = append(undo, s.undo) // before the step, because an activity that failed may have taken effect
		if err := workflow.ExecuteActivity(ctx, s.do, t).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// undoAll tries each activity until it succeeds. Their only time limit is that of an attempt.
func undoAll(ctx workflow.Context, t Trip, undo []string) (err error) {
	ctx, cancel := workflow.NewDisconnectedContext(ctx) // also after a cancellation
	defer cancel()
	retries := retry.Remote()
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second, RetryPolicy: &retries})
	for _, name := range slices.Backward(undo) {
		if failed := workflow.ExecuteActivity(ctx, name, t).Get(ctx, nil); failed != nil {
			err = errors.Join(err, fmt.Errorf("%s of trip %s failed for good, undo it by hand: %w", name, t.ID, failed))
		}
	}
	return err
}
