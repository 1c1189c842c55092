package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

var declinedForGood = temporal.NewNonRetryableApplicationError("declined", "Declined", nil)

// alone runs an activity as one attempt of a standalone activity.
func alone(fn any, in any) error {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetExecuteActivitiesInWorkflow(false)
	env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Charge"})
	_, err := env.ExecuteActivity("Charge", in)
	return err
}

// A request that does not match its key is refused, and takes nothing from an
// attempt that was paused for longer than its lease.
func TestMismatchDoesNotTakeOverWork(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	var meanwhile func()
	charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { r.calls++; meanwhile(); return r.calls, nil },
		idempotency.ActivityOptions{Key: byName})
	meanwhile = func() {
		r.clock.Advance(24 * time.Hour)
		require.Equal(t, idempotency.ReasonMismatch, reasonOf(alone(charge, o2)))
	}
	require.NoError(t, alone(charge, o1), "no one has taken its work over")
	require.NoError(t, alone(charge, o1))
	require.Equal(t, 1, r.calls)
}

// Work is held since its worker was paused; when that one knows the outcome after
// all, no person is needed any more.
func TestOwnerFinishesIndeterminateWork(t *testing.T) {
	t.Parallel()
	hold := idempotency.ActivityOptions{ReviewAbandoned: true}
	for name, c := range map[string]struct {
		err   error
		state driver.State
	}{
		"the owner has a result": {state: driver.StateCompleted}, "the owner has a final failure": {
			err: declinedForGood, state: driver.StateFailed,
		},
		"the owner does not know": {err: errors.New("reset"), state: driver.StateIndeterminate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			got, err := idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (int, error) {
				r.clock.Advance(time.Hour)
				_, err := r.do(hold, nil)
				require.Equal(t, idempotency.ReasonNeedsReview, reasonOf(err))
				return 7, c.err
			}, hold)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.err == nil, got == 7)
			require.Equal(t, c.state, r.stateOf("count"))
			require.Zero(t, r.calls)
		})
	}
}

// What was kept of the work outlives an error without effect, and a person who says
// that the rest had none.
func TestProgressSurvivesRelease(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		retry bool // by a person
	}{"an error without effect": {err: idempotency.NoEffect(errors.New("refused"))}, "a person's word": {
		err: errors.New("reset"), retry: true,
	}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			r.guard = guardOn(r.memory)
			var keys []string
			reserved := 0
			do := func(result error) error {
				_, err := idempotency.Do(t.Context(), r.guard, "count", "k", func(ctx context.Context) (int, error) {
					_, err := idempotency.Step(ctx, "reserve", func(context.Context) (int, error) { reserved++; return 1, nil })
					require.NoError(t, err)
					if len(keys) == 0 {
						require.NoError(t, idempotency.RotateKey(ctx, "charge"))
					}
					keys = append(keys, keyOf(ctx, "charge"))
					return 1, result
				}, idempotency.ActivityOptions{ReviewAbandoned: true})
				return err
			}
			require.Error(t, do(c.err))
			if c.retry {
				held, err := r.guard.List(t.Context(), driver.Query{State: driver.StateIndeterminate, Limit: 1})
				require.NoError(t, err)
				require.NoError(t, r.guard.Retry(t.Context(), held[0].Key, held[0].Fence))
			}
			require.NoError(t, do(nil))
			require.Equal(t, keys[0], keys[1], "the key that Rekey has made")
			require.Equal(t, 1, reserved)
		})
	}
}

// A key is not given out when the service may have forgotten it: the next attempt
// finds out what has happened, or holds the work.
func TestNoKeyAfterDownstreamTTL(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	call := idempotency.ActivityOptions{PassThrough: true, DownstreamTTL: 50 * time.Millisecond}
	_, err := idempotency.Do(t.Context(), r.guard, "count", "k", func(ctx context.Context) (int, error) {
		require.NotEmpty(t, keyOf(ctx, "charge"))
		require.Eventually(t, func() bool { return keyOf(ctx, "charge") == "" }, soon, often)
		_, err := idempotency.DownstreamKey(ctx, "charge")
		return 0, err
	}, call)
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(err), "%v", err)
	require.ErrorContains(t, err, "retryable: true")
	r.clock.Advance(time.Second)
	_, err = idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (int, error) { return 1, nil }, call)
	require.Equal(t, idempotency.ReasonNeedsReview, reasonOf(err), "%v", err)
}

// Records of standalone activities say by their run which execution they are of, and
// errors do not speak of a workflow.
func TestStandaloneActivities(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	fn := func(context.Context, order) (int, error) { return 1, nil }
	require.NoError(t, alone(idempotency.Wrap(r.guard, fn, idempotency.ActivityOptions{}), o1))
	all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
	require.NoError(t, err)
	require.Empty(t, all[0].Info.WorkflowID)
	require.NotEmpty(t, all[0].Info.RunID)
	err = alone(idempotency.Wrap(r.guard, fn, idempotency.ActivityOptions{ChainStep: "charge"}), o1)
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(err))
	require.ErrorContains(t, err, "no workflow has started activity")
}

// A record is kept for longer than the work takes, however short its retention.
func TestRecordOutlastsWork(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	do := func(within, takes time.Duration) {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		_, err := idempotency.Do(ctx, r.guard, within.String(), "k", func(context.Context) (int, error) {
			r.calls++
			r.clock.Advance(takes)
			return 1, nil
		}, idempotency.ActivityOptions{Retain: time.Millisecond})
		require.NoError(t, err)
	}
	for range 2 {
		do(time.Hour, 90*time.Minute) // it goes on after its time
	}
	for range 2 {
		do(time.Second, 50*time.Second)
	}
	require.Equal(t, 2, r.calls, "each once")
}
