package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// claim claims the record, and waits while another attempt has it. won is false when the
// outcome of the work is known.
func (x *execution) claim(ctx context.Context) (won bool, err error) {
	patience := patienceOf(ctx)
	for {
		got, err := x.tryClaim(ctx)
		if err == nil && got.Won {
			x.ref.Fence = got.Record.Fence
			err = x.refresh(ctx, got.Record.Remaining)
		}
		if err != nil {
			x.unclaim(ctx)
			return false, x.storeDown(ctx, "so the work of key %s was not started", err)
		}
		x.record = got.Record
		switch {
		case got.Won:
			return true, nil
		case isSettled(got.Record.State):
			return false, nil
		}
		if patience, err = x.wait(ctx, got.Record.Remaining, patience); err != nil {
			return false, err
		}
	}
}

// storeDown returns the error for a store that does not answer. The driver's text, such as
// the name of a host, goes to the log and not into histories.
func (x *execution) storeDown(ctx context.Context, then string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	x.fail(ctx, ReasonStoreUnavailable, "Error", err)
	return retryable(ReasonStoreUnavailable, fmt.Sprintf("the store does not answer, "+then+"; check the store, the activity is retried",
		x.ref.Key), 0, nil)
}

// tryClaim claims again when the answer was lost: the store recognizes the owner.
func (x *execution) tryClaim(ctx context.Context) (got driver.ClaimResult, err error) {
	claim := x.newClaim(ctx)
	claim.NeedsReview = x.options.needsReview()
	err = retry(ctx, storeTries, claimWithin, func(ctx context.Context) error {
		x.claimed = now()
		got, err = x.store.Claim(ctx, claim)
		return err
	})
	return got, err
}

// refresh renews a lease of which much has passed while answers were lost.
func (x *execution) refresh(ctx context.Context, remaining time.Duration) error {
	if remaining > x.lease/2 {
		x.claimed = x.claimed.Add(min(remaining, x.lease) - x.lease)
		return nil
	}
	return retry(ctx, storeTries, claimWithin, func(ctx context.Context) error {
		x.claimed = now()
		return x.store.Renew(ctx, x.ref, driver.Renewal{Lease: x.lease})
	})
}

// unclaim gives back a claim whose answer was lost: it had no effect. An earlier attempt,
// from which it has taken the work over, may have had one. If the store does not answer,
// the lease ends by itself.
func (x *execution) unclaim(ctx context.Context) {
	_ = retry(context.WithoutCancel(ctx), finishTries, unclaimWithin, func(ctx context.Context) error {
		r, err := x.store.Get(ctx, x.ref.Key)
		switch {
		case errors.Is(err, driver.ErrNoRecord), err == nil && (r.State != driver.StateInProgress || r.Owner != x.ref.Owner):
			return nil
		case err != nil:
			return err
		}
		ref := driver.Ref{Key: x.ref.Key, Owner: x.ref.Owner, Fence: r.Fence}
		if r.TakenOver {
			return x.store.Renew(ctx, ref, driver.Renewal{})
		}
		return x.store.Release(ctx, ref)
	})
}

const (
	storeTries    = 4
	claimWithin   = 8 * time.Second
	unclaimWithin = 5 * time.Second
	// callLimit bounds the first try of a call of the store. Each further try gets as much
	// more, up to callsLimit: a hanging connection is given up soon, and a slow store gets
	// time.
	callLimit  = time.Second
	callsLimit = 3 * callLimit
)

// retry calls f until it succeeds, at most so often and within that time, with a
// pause in between.
func retry(ctx context.Context, most int, within time.Duration, f func(context.Context) error) (err error) {
	end, pause := now().Add(within), 50*time.Millisecond
	for try := 1; ; try++ {
		once, cancel := context.WithTimeout(ctx, min(time.Duration(try)*callLimit, callsLimit, time.Until(end)))
		err = f(once)
		cancel()
		if err == nil || isPermanent(err) || try == most || time.Until(end) <= pause || !sleep(ctx, pause) {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// isPermanent reports whether the same call cannot succeed.
func isPermanent(err error) bool {
	var large *tooLargeError
	return errors.Is(err, driver.ErrLeaseLost) || errors.As(err, &large) ||
		errors.Is(err, converter.ErrUnableToEncode) || errors.Is(err, converter.ErrUnableToFindConverter)
}

// sleep reports whether the time is over before ctx ends.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// now returns the time of this process's clock, for times that no other process sees.
func now() time.Time {
	return time.Now() //nolint:forbidigo // activities run once in a process, and leases are kept by the store's clock
}
