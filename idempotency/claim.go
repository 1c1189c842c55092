package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/converter"
)

// claim asks for the record, and waits while another attempt has it. won is
// false when the work is settled.
func (x *execution) claim(ctx context.Context) (won bool, err error) {
	patience := patienceOf(ctx)
	for {
		got, err := x.tryClaim(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			x.say(ctx, Unavailable, "Error", err)
			return false, later(StoreDown, fmt.Sprintf("the store does not answer, so the work of key %s was not begun; check the store, the activity is retried", x.ref.Key), 0, err)
		}
		x.record = got.Record
		switch {
		case got.Won:
			x.ref.Fence = got.Record.Fence
			return true, nil
		case settled(got.Record.State):
			return false, nil
		}
		if patience, err = x.wait(ctx, got.Record.Remaining, patience); err != nil {
			return false, err
		}
	}
}

// tryClaim claims again when the answer was lost: the owner is known then.
func (x *execution) tryClaim(ctx context.Context) (got Claimed, err error) {
	claim := x.claimed()
	claim.Hold = x.call.OnAbandoned == Hold && x.call.Reconcile == nil
	err = again(ctx, storeTries, func(ctx context.Context) error {
		got, err = x.store.Claim(ctx, claim)
		return err
	})
	return got, err
}

const storeTries = 3

// again calls f until it succeeds, at most so often, with a pause in between.
func again(ctx context.Context, most int, f func(context.Context) error) (err error) {
	pause := 50 * time.Millisecond
	for try := 1; ; try++ {
		if err = f(ctx); err == nil || hopeless(err) || try == most {
			return err
		}
		if !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// hopeless reports whether the same call cannot succeed.
func hopeless(err error) bool {
	var large *tooLarge
	return errors.Is(err, ErrLeaseLost) || errors.As(err, &large) ||
		errors.Is(err, converter.ErrUnableToEncode) || errors.Is(err, converter.ErrUnableToFindConverter)
}

// sleep reports whether the time is over before ctx ends.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
