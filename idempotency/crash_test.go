package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
)

// Answers of the store are lost, at each of its methods.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, break_ := range map[string]func(*idempotencytest.Store){
		"a lost claim":                    func(s *idempotencytest.Store) { s.FailBefore(idempotencytest.OpClaim, 2) },
		"a lost answer to a claim":        func(s *idempotencytest.Store) { s.FailAfter(idempotencytest.OpClaim, 2) },
		"a lost record":                   func(s *idempotencytest.Store) { s.FailBefore(idempotencytest.OpFinish, 2) },
		"a lost answer to a record":       func(s *idempotencytest.Store) { s.FailAfter(idempotencytest.OpFinish, 2) },
		"no loss":                         func(*idempotencytest.Store) {},
		"a failing read before the claim": func(s *idempotencytest.Store) { s.FailBefore(idempotencytest.OpGet, 9) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			break_(r.store)
			for range 2 {
				got, err := r.do(idempotency.ActivityOptions{}, nil)
				require.NoError(t, err)
				require.Equal(t, 1, got)
			}
			require.Equal(t, 1, r.calls)
		})
	}
}

// Without a store no work starts; a result of work that is done is returned nevertheless.
func TestStoreIsDown(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	r.store.FailBefore(idempotencytest.OpClaim, 99)
	_, err := r.do(idempotency.ActivityOptions{}, nil)
	require.Equal(t, idempotency.ReasonStoreUnavailable, reasonOf(err), "%v", err)
	require.Zero(t, r.calls)

	r.store.FailBefore(idempotencytest.OpClaim, 0)
	r.store.FailBefore(idempotencytest.OpFinish, 99)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	got, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) { return 7, nil }, idempotency.ActivityOptions{})
	require.NoError(t, err, "Temporal records it")
	require.Equal(t, 7, got)
	require.Equal(t, []idempotency.EventKind{idempotency.EventFailed, idempotency.EventStarted, idempotency.EventNotRecorded}, r.kinds)
}

// A worker pauses for longer than its lease. When no one has taken the work over,
// its result counts; else it does not.
func TestResultAfterLostLease(t *testing.T) {
	t.Parallel()
	for name, taken := range map[string]bool{"no one has taken over": false, "a person has": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			got, err := idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (int, error) {
				r.clock.Advance(time.Hour)
				if taken {
					other, err := r.do(idempotency.ActivityOptions{}, nil)
					require.NoError(t, err)
					require.Equal(t, 1, other)
				}
				return 100, nil
			}, idempotency.ActivityOptions{})
			if !taken {
				require.NoError(t, err)
				require.Equal(t, 100, got)
				return
			}
			require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "%v", err)
			kept, err := r.do(idempotency.ActivityOptions{}, nil)
			require.NoError(t, err)
			require.Equal(t, 1, kept, "the other's result stands")
		})
	}
}

// A lease that is renewed ends the work when it is lost.
func TestLeaseIsLostWhileWorking(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context()) // without a deadline the lease is renewed
	defer cancel()
	_, err := idempotency.Do(ctx, r.guard, "count", "k", func(ctx context.Context) (int, error) {
		text, _, ok := idempotency.FencingToken(ctx)
		require.True(t, ok)
		key, err := driver.ParseKey(text)
		require.NoError(t, err)
		r.clock.Advance(time.Hour)
		require.NoError(t, r.memory.Delete(ctx, key))
		require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(idempotency.RotateKey(ctx, "any")), "what it writes is refused")
		return 0, nil
	}, idempotency.ActivityOptions{})
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "%v", err)
}

// A call that comes while another is at work waits, and gets that one's result.
func TestWaitingForAnother(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	first := make(chan int)
	go func() {
		got, _ := idempotency.Do(context.WithoutCancel(t.Context()), r.guard, "count", "k", func(context.Context) (int, error) {
			close(begun)
			<-finish
			return 7, nil
		}, idempotency.ActivityOptions{})
		first <- got
	}()
	<-begun
	short, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	_, err := idempotency.Do(short, r.guard, "count", "k", func(context.Context) (int, error) { return 8, nil }, idempotency.ActivityOptions{})
	require.Equal(t, idempotency.ReasonInProgress, reasonOf(err), "%v", err)
	second := make(chan int)
	go func() {
		got, _ := r.do(idempotency.ActivityOptions{}, nil)
		second <- got
	}()
	close(finish)
	require.Equal(t, 7, <-first)
	require.Equal(t, 7, <-second)
	require.Zero(t, r.calls)
}

// Many at once: one does the work, all get its result.
func TestConcurrentAttemptsHaveOneEffect(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	r.guard = guardOn(r.store)
	got := make(chan int, 64)
	for range cap(got) {
		go func() {
			n, _ := r.do(idempotency.ActivityOptions{}, nil)
			got <- n
		}()
	}
	for range cap(got) {
		require.Equal(t, 1, <-got)
	}
}
