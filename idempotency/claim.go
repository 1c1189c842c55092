package idempotency

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

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
			return false, x.storeDown(ctx, err, "so the work of key %s was not started")
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

// newClaim returns the claim of this attempt.
func (x *execution) newClaim(ctx context.Context) driver.Claim {
	return driver.Claim{
		Key: x.ref.Key, Owner: x.ref.Owner, Fingerprint: x.fingerprint, Lease: x.length, Retain: x.options.retain(ctx), Info: x.info,
	}
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
	if remaining > x.length/2 {
		x.claimed = x.claimed.Add(min(remaining, x.length) - x.length)
		return nil
	}
	return retry(ctx, storeTries, claimWithin, func(ctx context.Context) error {
		x.claimed = now()
		return x.store.Renew(ctx, x.ref, driver.Renewal{Lease: x.length})
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

// wait waits until the outcome is known or the work is abandoned, and returns the patience
// that is left. Without patience, or when the worker stops, its error has the delay of the
// retry.
func (x *execution) wait(ctx context.Context, remaining, patience time.Duration) (time.Duration, error) {
	beat := heartbeat(ctx)
	for poll := firstPoll; ; poll = min(2*poll, mostPoll) {
		pause := min(max(remaining, firstPoll/2), poll, patience)
		if pause <= 0 || stopping(ctx) {
			return 0, x.inProgress(ctx, remaining)
		}
		beat()
		if !sleep(ctx, pause) {
			return 0, ctx.Err()
		}
		patience -= pause
		once, cancel := context.WithTimeout(ctx, callLimit)
		r, err := x.store.Get(once, x.ref.Key)
		cancel()
		if err != nil || r.State != driver.StateInProgress || r.Remaining <= 0 {
			return patience, nil // the claim will report it
		}
		remaining = r.Remaining
	}
}

// inProgress returns the error for work that another attempt has.
func (x *execution) inProgress(ctx context.Context, remaining time.Duration) error {
	x.fail(ctx, ReasonInProgress, "Remaining", remaining)
	after := min(max(remaining, 4*firstPoll), comeBack)
	after += time.Duration(rand.Int64N(int64(after)/5 + 1)) //nolint:forbidigo // in an activity, so that attempts do not come together
	return retryable(ReasonInProgress, after, "another attempt is doing the work of key %s; this one looks again in %s",
		x.ref.Key, after.Round(time.Millisecond))
}

// storeDown returns the error for a store that does not answer, and what follows for the
// key. The driver's text, such as the name of a host, goes to the log and not into histories.
func (x *execution) storeDown(ctx context.Context, err error, then string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	x.fail(ctx, ReasonStoreUnavailable, "Error", err)
	return retryable(ReasonStoreUnavailable, 0, "the store does not answer, "+then+"; check the store, the activity is retried", x.ref.Key)
}
