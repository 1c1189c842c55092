package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// A claim whose answer is lost for good is given back: no one has begun the work, so
// no one waits for it and no person is asked. Work that was abandoned before stays so.
func TestClaimWithoutAnswerIsReleased(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call      idempotency.ActivityOptions
		abandoned bool // before
		state     driver.State
		calls     int
	}{
		"new work":                      {state: driver.StateReleased, calls: 1},
		"new work with ReviewAbandoned": {call: idempotency.ActivityOptions{ReviewAbandoned: true}, state: driver.StateReleased, calls: 1},
		"abandoned work":                {abandoned: true, state: driver.StateInProgress, calls: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			if c.abandoned {
				_, err := r.do(c.call, errors.New("reset"))
				require.ErrorContains(t, err, "reset")
			}
			r.store.FailAfter(idempotencytest.OpClaim, 4)
			_, err := r.do(c.call, nil)
			require.Equal(t, idempotency.ReasonStoreUnavailable, reasonOf(err), "%v", err)
			require.Equal(t, c.state, r.stateOf("count"))
			all, err := r.memory.List(t.Context(), driver.Query{Limit: 1})
			require.NoError(t, err)
			require.LessOrEqual(t, all[0].Remaining, time.Duration(0), "no one has it")
			got, err := r.do(c.call, nil)
			require.NoError(t, err)
			require.Equal(t, c.calls, got)
		})
	}
	t.Run("the context ends meanwhile", func(t *testing.T) {
		t.Parallel()
		r := newFixture(t)
		r.store.FailAfter(idempotencytest.OpClaim, 4)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		_, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) { return 1, nil },
			idempotency.ActivityOptions{ReviewAbandoned: true})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, driver.StateReleased, r.stateOf("count"))
	})
}

// A call of the store that hangs is given up within a second or so, and made again.
func TestHangingCallIsRepeated(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	hung := &hanging{Store: r.memory}
	r.guard = guardOn(hung)
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	begun := time.Now()
	_, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) { return 1, nil }, idempotency.ActivityOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 4, hung.calls.Load(), "two claims and two records")
	require.Less(t, time.Since(begun), 10*time.Second)
}

// hanging is a store of which the first claim and the first record hang.
type hanging struct {
	driver.Store

	calls atomic.Int32
}

func (h *hanging) hangs(ctx context.Context) error {
	if h.calls.Add(1)%2 == 1 {
		<-ctx.Done()
	}
	return ctx.Err()
}

func (h *hanging) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if err := h.hangs(ctx); err != nil {
		return driver.ClaimResult{}, err
	}
	return h.Store.Claim(ctx, c)
}

func (h *hanging) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	if err := h.hangs(ctx); err != nil {
		return err
	}
	return h.Store.Finish(ctx, ref, f)
}

// What a driver says of the store, such as its user and its host, goes to the log
// and not into histories.
func TestHistoryDoesNotNameStore(t *testing.T) {
	t.Parallel()
	secret := errors.New("user=payments host=10.0.0.7")
	for name, broken := range map[string]*failingStore{"a claim": {claim: secret}, "the progress": {renew: secret}} {
		r := newFixture(t)
		broken.Store = r.memory
		env, o := testenv.NewObserved()
		guard := guardOn(broken)
		env.RegisterActivityWithOptions(idempotency.Wrap(guard, func(ctx context.Context, _ order) (int, error) {
			return idempotency.Step(ctx, "one", func(context.Context) (int, error) { return 1, nil })
		}, idempotency.ActivityOptions{}), activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(runWithHeartbeat("Charge", 2*time.Second))
		require.Equal(t, idempotency.ReasonStoreUnavailable, reasonOf(env.GetWorkflowError()), "%s: %v", name, env.GetWorkflowError())
		require.NotContains(t, env.GetWorkflowError().Error(), "10.0.0.7")
		require.Contains(t, strings.Join(o.Lines("10.0.0.7"), "\n"), "store_unavailable", "the log tells those who operate")
	}
}

// failingStore fails by its methods.
type failingStore struct {
	driver.Store

	claim, renew error
}

func (f *failingStore) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if f.claim != nil {
		return driver.ClaimResult{}, f.claim
	}
	return f.Store.Claim(ctx, c)
}

func (f *failingStore) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	if f.renew != nil && n.Progress != nil {
		return f.renew
	}
	return f.Store.Renew(ctx, ref, n)
}

// delayOf is when an error asks to be retried.
func delayOf(t *testing.T, err error) time.Duration {
	t.Helper()
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.False(t, app.NonRetryable())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	return app.NextRetryDelay()
}

// A claim is answered when most of its lease has passed: the work begins with a
// lease of its full length.
func TestLateAnswerToClaim(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	late := &lateStore{Store: r.memory, advance: r.clock.Advance}
	r.guard = guardOn(late)
	got, err := within(t, r.guard, time.Minute, func(ctx context.Context) (int, error) {
		all, err := r.memory.List(ctx, driver.Query{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, 10*time.Second, all[0].Remaining)
		return 7, nil
	})
	require.NoError(t, err)
	require.Equal(t, 7, got)
}

// lateStore loses the answer to the first claim, and nine seconds pass.
type lateStore struct {
	driver.Store

	advance func(time.Duration)
	claims  int
}

func (l *lateStore) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	got, err := l.Store.Claim(ctx, c)
	if l.claims++; l.claims == 1 {
		l.advance(9 * time.Second)
		return got, errors.New("lost")
	}
	return got, err
}
