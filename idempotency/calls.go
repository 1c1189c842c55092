package idempotency

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

const (
	storeTries    = 4
	claimWithin   = 8 * time.Second
	unclaimWithin = 5 * time.Second
	// finishAtLeast and finishAtMost bound the time for writing a record when the
	// activity's own time is shorter or longer.
	finishAtLeast = 2 * time.Second
	finishAtMost  = 10 * time.Second
	finishTries   = 100
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

// detached calls f although ctx may have ended, and again while the activity has time. It
// ends early enough for Temporal to get the result.
func detached(ctx context.Context, f func(context.Context) error) error {
	within := finishAtMost
	if end, ok := ctx.Deadline(); ok {
		within = min(max(time.Until(end)-time.Second, finishAtLeast), finishAtMost)
	}
	if activity.IsActivity(ctx) {
		if d := activity.GetInfo(ctx).HeartbeatTimeout; d > 0 { // the work sends no more heartbeats
			within = min(within, d/2)
		}
	}
	return retry(context.WithoutCancel(ctx), finishTries, within, f)
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
