package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

const soon, often = 20 * time.Second, 5 * time.Millisecond

func renewals(s *idempotencytest.Store, n int) func() bool {
	return func() bool { return s.Calls(idempotencytest.OpRenew) >= n }
}

// An attempt whose time is over, and that goes on, keeps the work for as long
// again: the next one waits, and does not begin beside it.
func TestWorkAfterDeadlineKeepsLease(t *testing.T) {
	t.Parallel()
	memory := memstore.New(memstore.Options{}) // with the real clock
	store := idempotencytest.NewStore(memory)
	guard := guardOn(store)
	do := func(within time.Duration, work func(context.Context) (int, error)) (int, error) {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		return idempotency.Do(ctx, guard, "count", "k", work, idempotency.ActivityOptions{})
	}
	key, finish, first := make(chan string, 1), make(chan struct{}), make(chan error, 1)
	go func() {
		_, err := do(time.Second, func(ctx context.Context) (int, error) {
			text, _, _ := idempotency.FencingToken(ctx)
			key <- text
			<-finish // whatever becomes of ctx
			return 7, nil
		})
		first <- err
	}()
	digest, err := driver.ParseKey(<-key)
	require.NoError(t, err)
	require.Eventually(t, renewals(store, 3), soon, often)
	_, err = do(50*time.Millisecond, func(context.Context) (int, error) { return 8, nil })
	require.Equal(t, idempotency.ReasonInProgress, reasonOf(err), "%v", err)

	// It cannot keep the work forever, though.
	require.Eventually(t, func() bool { r, err := memory.Get(t.Context(), digest); return err == nil && r.Remaining <= 0 }, soon, often)
	got, err := do(time.Minute, func(context.Context) (int, error) { return 8, nil })
	require.NoError(t, err)
	require.Equal(t, 8, got)
	close(finish)
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(<-first))
}

// So does an attempt that renews its lease.
func TestWorkAfterDeadlineWithHeartbeats(t *testing.T) {
	t.Parallel()
	r, env := newFixture(t), testenv.New()
	ended := make(chan error, 1)
	charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
		assert.Eventually(t, renewals(r.store, 5), soon, often) // three in each second
		return 7, nil
	}, idempotency.ActivityOptions{})
	env.RegisterActivityWithOptions(func(ctx context.Context, o order) (got int, err error) {
		got, err = charge(ctx, o)
		ended <- ctx.Err()
		return got, err
	}, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		options := workflow.ActivityOptions{
			StartToCloseTimeout: time.Second, HeartbeatTimeout: time.Second, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
		}
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Charge", o1).Get(ctx, nil)
	})
	require.Error(t, env.GetWorkflowError(), "Temporal has not waited")
	require.ErrorIs(t, <-ended, context.DeadlineExceeded)
	all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
	require.NoError(t, err)
	require.Equal(t, driver.StateCompleted, all[0].State, "the next attempt gets its result")
}

// A store that hangs does not make Temporal miss a result: it is told in time.
func TestStoreHangs(t *testing.T) {
	t.Parallel()
	t.Run("before the deadline", func(t *testing.T) {
		t.Parallel()
		r := newFixture(t)
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		got, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) {
			r.store.Delay(time.Hour)
			return 7, nil
		}, idempotency.ActivityOptions{})
		require.NoError(t, err)
		require.Equal(t, 7, got)
		require.NoError(t, ctx.Err(), "there is time left to tell")
		require.Equal(t, []idempotency.EventKind{idempotency.EventStarted, idempotency.EventNotRecorded}, r.kinds)
	})
	t.Run("before a heartbeat is missed", func(t *testing.T) {
		t.Parallel()
		r, env := newFixture(t), testenv.New()
		began := time.Time{}
		charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
			began = time.Now()
			r.store.Delay(time.Hour)
			return 7, nil
		}, idempotency.ActivityOptions{})
		var took time.Duration
		env.RegisterActivityWithOptions(func(ctx context.Context, o order) (int, error) {
			defer func() { took = time.Since(began) }()
			return charge(ctx, o)
		}, activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(runWithHeartbeat("Charge", 3*time.Second))
		require.NoError(t, env.GetWorkflowError())
		require.Less(t, took, 3*time.Second)
	})
}

// runWithHeartbeat runs an activity with a heartbeat timeout.
func runWithHeartbeat(name string, every time.Duration) func(workflow.Context) (int, error) {
	return func(ctx workflow.Context) (got int, err error) {
		options := workflow.ActivityOptions{
			ActivityID: "same", StartToCloseTimeout: time.Hour, HeartbeatTimeout: every, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
		}
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, o1).Get(ctx, &got)
		return got, err
	}
}

// While the outside is asked, the lease is kept as well.
func TestLeaseIsRenewedDuringReconcile(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { return 7, nil }, idempotency.ActivityOptions{
		Key: byOrder,
		Reconcile: idempotency.ReconcileFunc(func(ctx context.Context, p idempotency.PriorAttempt, o order) (idempotency.Reconciliation, error) {
			assert.Eventually(t, renewals(r.store, r.store.Calls(idempotencytest.OpRenew)+1), soon, often)
			assert.Len(t, p.Key("charge"), 32)
			assert.Equal(t, p.Key("charge"), keyOf(ctx, "charge"))
			assert.Equal(t, o1, o)
			return idempotency.Completed(8), nil
		}),
	})
	run := func() (got int, err error) {
		env := testenv.New()
		env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(runWithHeartbeat("Charge", time.Second))
		return got, env.GetWorkflowResult(&got)
	}
	r.store.Crash()
	_, err := run()
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "no one hears of it")
	r.store.Recover()
	r.clock.Advance(time.Hour)
	got, err := run()
	require.NoError(t, err)
	require.Equal(t, 8, got)
}

// An attempt that waits for another one does not hold up a worker that stops.
func TestWaitingEndsWhenTheWorkerStops(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
		close(begun)
		<-finish
		return 7, nil
	}, idempotency.ActivityOptions{})
	attempt := func(stop chan struct{}) error {
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(testenv.Logger())
		env := suite.NewTestActivityEnvironment()
		env.SetExecuteActivitiesInWorkflow(false) // the key of a standalone activity does not depend on when it was scheduled
		env.SetWorkerStopChannel(stop)
		env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
		_, err := env.ExecuteActivity("Charge", o1)
		return err
	}
	first := make(chan error, 1)
	go func() { first <- attempt(nil) }()
	<-begun
	stop := make(chan struct{})
	close(stop)
	require.Equal(t, idempotency.ReasonInProgress, reasonOf(attempt(stop)))
	close(finish)
	require.NoError(t, <-first)
}
