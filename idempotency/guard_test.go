package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

func TestWorkIsDoneOnce(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	for range 3 {
		n, err := r.do(idempotency.ActivityOptions{}, nil)
		require.NoError(t, err)
		require.Equal(t, 1, n, "the first result")
	}
	require.Equal(t, []idempotency.EventKind{idempotency.EventStarted, idempotency.EventReplayed, idempotency.EventReplayed}, r.kinds)
	r.clock.Advance(8 * 24 * time.Hour)
	n, err := r.do(idempotency.ActivityOptions{}, nil)
	require.NoError(t, err)
	require.Equal(t, 2, n, "after its retention it is other work")
}

// A worker is killed between the effect and its record.
func TestTakeoverAfterCrash(t *testing.T) {
	t.Parallel()
	reconcile := func(found idempotency.Reconciliation, err error) idempotency.ActivityOptions {
		return idempotency.ActivityOptions{Reconcile: func(context.Context, idempotency.PriorAttempt) (idempotency.Reconciliation,
			error,
		) {
			return found, err
		}}
	}
	down := errors.New("the service is down")
	for name, c := range map[string]struct {
		call    idempotency.ActivityOptions
		calls   int
		got     int
		refused idempotency.Reason
		err     error
	}{
		"abandoned work runs again by default": {calls: 2, got: 2},
		"ReviewAbandoned leaves it to a person": {
			call: idempotency.ActivityOptions{ReviewAbandoned: true}, calls: 1, refused: idempotency.ReasonNeedsReview,
		},
		"Reconcile finds that it has completed":   {call: reconcile(idempotency.Completed(7), nil), calls: 1, got: 7},
		"Reconcile finds that it has not started": {call: reconcile(idempotency.NotStarted(), nil), calls: 2, got: 2},
		"Reconcile cannot decide": {
			call: reconcile(idempotency.Indeterminate(), nil), calls: 1, refused: idempotency.ReasonNeedsReview,
		},
		"Reconcile fails": {call: reconcile(idempotency.Reconciliation{}, down), calls: 1, err: down},
		"the service still knows the key": {
			call: idempotency.ActivityOptions{PassThrough: true, DownstreamTTL: 2 * time.Hour}, calls: 2, got: 2,
		},
		"the service has forgotten the key": {
			call: idempotency.ActivityOptions{PassThrough: true, DownstreamTTL: time.Minute}, calls: 1,
			refused: idempotency.ReasonNeedsReview,
		},
		"Reconcile comes before ReviewAbandoned": {
			call:  idempotency.ActivityOptions{ReviewAbandoned: true, Reconcile: reconcile(idempotency.Completed(7), nil).Reconcile},
			calls: 1, got: 7,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			r.killed(c.call)
			got, err := r.do(c.call, nil)
			require.Equal(t, c.refused, reasonOf(err), "%v", err)
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
			}
			require.Equal(t, c.got, got)
			require.Equal(t, c.calls, r.calls)
			again, err2 := r.do(c.call, nil)
			require.Equal(t, c.got, again, "and so it stays")
			require.Equal(t, err == nil, err2 == nil)
			require.Equal(t, c.calls, r.calls)
		})
	}
}

// What an error says of the effect decides what the next attempt does.
func TestErrorDecidesNextAttempt(t *testing.T) {
	t.Parallel()
	plain := errors.New("connection reset")
	for name, c := range map[string]struct {
		call  idempotency.ActivityOptions
		err   error
		calls int // after a second attempt
		held  bool
	}{
		"an unknown error":                      {err: plain, calls: 2},
		"an unknown error with ReviewAbandoned": {call: idempotency.ActivityOptions{ReviewAbandoned: true}, err: plain, calls: 1, held: true},
		"an error without effect": {
			call: idempotency.ActivityOptions{ReviewAbandoned: true}, err: idempotency.NoEffect(plain), calls: 2,
		},
		"a final error": {
			err: temporal.NewNonRetryableApplicationError("declined", "Declined", plain, 4200), calls: 1,
		},
		"a final error with ReviewAbandoned": {
			call: idempotency.ActivityOptions{ReviewAbandoned: true},
			err:  temporal.NewNonRetryableApplicationError("declined", "Declined", nil), calls: 1,
		},
		"a short-circuited attempt": {
			call: idempotency.ActivityOptions{ReviewAbandoned: true},
			err:  temporal.NewApplicationError("open", "retry.ShortCircuited"), calls: 2,
		},
		"an error of an inner guard": {
			err: temporal.NewNonRetryableApplicationError("x", "idempotency.SameLabel", nil), calls: 2,
		},
		"a cancellation": {
			call: idempotency.ActivityOptions{ReviewAbandoned: true}, err: context.Canceled, calls: 1, held: true,
		},
		"a retryable application error": {
			err: temporal.NewApplicationError("busy", "Busy"), calls: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			_, err := r.do(c.call, c.err)
			require.ErrorContains(t, err, c.err.Error()[:5])
			_, second := r.do(c.call, c.err)
			require.Equal(t, c.calls, r.calls)
			require.Equal(t, c.held, reasonOf(second) == idempotency.ReasonNeedsReview, "%v", second)
			var app *temporal.ApplicationError
			if name == "a final error" {
				require.ErrorAs(t, second, &app)
				var cents int
				require.NoError(t, app.Details(&cents))
				require.Equal(t, []any{"declined", "Declined", true, 4200, "connection reset"},
					[]any{app.Message(), app.Type(), app.NonRetryable(), cents, app.Unwrap().Error()}, "it is the same failure")
			}
		})
	}
}

// An attempt without effect says nothing about the attempt before it, which was killed.
func TestNoEffectAfterTakeoverLeavesEffectOpen(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	r.killed(idempotency.ActivityOptions{})
	_, err := r.do(idempotency.ActivityOptions{}, idempotency.NoEffect(errors.New("connection refused")))
	require.ErrorContains(t, err, "connection refused")
	_, err = r.do(idempotency.ActivityOptions{ReviewAbandoned: true}, nil)
	require.Equal(t, idempotency.ReasonNeedsReview, reasonOf(err), "%v", err)
	require.Equal(t, 2, r.calls)
}

func TestPanicLeavesEffectOpen(t *testing.T) {
	t.Parallel()
	for _, c := range []idempotency.ActivityOptions{{}, {ReviewAbandoned: true}} {
		r := newFixture(t)
		require.PanicsWithValue(t, "oops", func() {
			//archtest:panic what becomes of work that panics
			_, _ = idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (int, error) { panic("oops") }, c)
		})
		_, err := r.do(c, nil)
		require.Equal(t, c.ReviewAbandoned, reasonOf(err) == idempotency.ReasonNeedsReview, "%v", err)
		require.Equal(t, err == nil, r.calls == 1, "without a wait for the lease")
	}
}

// Work that goes on outside is triggered once.
func TestPendingResults(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	for range 2 {
		_, err := r.do(idempotency.ActivityOptions{}, activity.ErrResultPending)
		require.ErrorIs(t, err, activity.ErrResultPending)
	}
	require.Equal(t, 1, r.calls)
}
