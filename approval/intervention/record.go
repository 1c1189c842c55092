package intervention

import (
	"context"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// inspect returns what the record knows about the work. While an attempt does the work, the
// effect is still open, so inspect fails and Temporal tries it again.
func (w work[In, Out]) inspect(ctx context.Context, c call[In, Out]) (r reply[Out], err error) {
	record, err := w.guard.Record(ctx, w.keyOf(ctx, c.Work))
	if errors.Is(err, driver.ErrNoRecord) {
		return reply[Out]{Effect: EffectNone}, nil
	}
	if err != nil {
		return r, fmt.Errorf("intervention: the record of work %q cannot be read; check the store, this is tried again", c.Work)
	}
	r = reply[Out]{Effect: EffectUnknown, Fence: record.Fence}
	switch record.State {
	case driver.StateCompleted:
		result, done, err := w.finish(ctx, c.Work, nil)
		if noResult(err) {
			r.Effect, r.NoResult = EffectDone, true
			return r, nil
		}
		if err == nil && done {
			r.Result, r.Effect = result, EffectDone
		}
		return r, err
	case driver.StateFailed:
		r.Effect, r.Final = EffectNone, true
	case driver.StateReleased:
		r.Effect = EffectNone
	case driver.StateInProgress:
		if record.Remaining > 0 {
			return r, apperr.New(idempotency.ReasonInProgress, fmt.Sprintf("intervention: an attempt of work %q is still running; "+
				"this waits for its end", c.Work), apperr.Options{Retryable: true, RetryAfter: record.Remaining, Benign: true})
		}
	}
	return r, nil
}

// release says that work which needs review had no effect, as people have decided. Their
// decision is about the record with the fence that they have seen. If an attempt has taken the
// work since, release does nothing, and the work needs review again.
func (w work[In, Out]) release(ctx context.Context, work string, fence int64) error {
	key := w.keyOf(ctx, work)
	record, err := w.guard.Record(ctx, key)
	switch {
	case errors.Is(err, driver.ErrNoRecord):
		return nil
	case err != nil:
		return fmt.Errorf("intervention: the record of work %q cannot be read; check the store, this is tried again", work)
	case !w.needsReview(record):
		return nil
	}
	if err = w.guard.Retry(ctx, key, fence); errors.Is(err, driver.ErrLeaseLost) { // it has another fence
		return nil
	}
	return err
}

// needsReview reports whether the work cannot go on before people have decided.
func (w work[In, Out]) needsReview(r driver.Record) bool {
	switch r.State {
	case driver.StateIndeterminate, driver.StatePending:
		return true
	case driver.StateInProgress:
		return r.Remaining <= 0 && w.options.ReviewAbandoned && w.options.Reconcile == nil
	}
	return false
}
