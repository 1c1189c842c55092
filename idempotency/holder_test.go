package idempotency_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// at counts how many attempts are at work at once.
type at struct{ now, most atomic.Int32 }

func (a *at) enter() (leave func()) {
	n := a.now.Add(1)
	for m := a.most.Load(); n > m && !a.most.CompareAndSwap(m, n); m = a.most.Load() {
	}
	return func() { a.now.Add(-1) }
}

// within does work under one key, with a deadline: the lease is half of that, or
// less.
func within(t *testing.T, g *idempotency.Guard, d time.Duration, work func(context.Context) (int, error)) (int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), d)
	defer cancel()
	return idempotency.Do(ctx, g, "count", "k", work, idempotency.ActivityOptions{})
}

// Work that cannot renew its lease ends before another attempt may begin, and its
// context says why.
func TestWorkEndsWithItsLease(t *testing.T) {
	t.Parallel()
	memory := memstore.New(memstore.Options{})
	cut := idempotencytest.NewStore(memory) // the first attempt's way to the store
	a, b := guardOn(cut), guardOn(memory)
	work, begun := &at{}, make(chan struct{})
	first := make(chan error, 1)
	go func() {
		_, err := within(t, a, 6*time.Second, func(ctx context.Context) (int, error) { // a lease of 3 s
			defer work.enter()()
			cut.FailBefore(idempotencytest.OpRenew, 1<<30)
			close(begun)
			<-ctx.Done()
			assert.Equal(t, idempotency.ReasonLeaseLost, reasonOf(context.Cause(ctx)), "%v", context.Cause(ctx))
			assert.Contains(t, context.Cause(ctx).Error(), "could not be renewed for 3s")
			return 0, ctx.Err()
		})
		first <- err
	}()
	<-begun
	got, err := within(t, b, time.Minute, func(context.Context) (int, error) {
		defer work.enter()()
		return 8, nil
	})
	require.NoError(t, err)
	require.Equal(t, 8, got)
	require.EqualValues(t, 1, work.most.Load(), "two attempts at once")
	err = <-first
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "and no bare cancellation: %v", err)
}

// Work whose lease another attempt has is told so too.
func TestWorkEndsWhenItIsTakenOver(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	_, err := within(t, r.guard, 2*time.Second, func(ctx context.Context) (int, error) { // a lease of 1 s, renewed each third
		r.clock.Advance(time.Hour)
		got, err := r.do(idempotency.ActivityOptions{}, nil)
		require.NoError(t, err)
		require.Equal(t, 1, got)
		<-ctx.Done()
		require.ErrorContains(t, context.Cause(ctx), "another attempt has taken over")
		return 0, errors.New("the connection was closed") // as clients say it
	})
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "%v", err)
}

// A lease is renewed as long as the work goes on, whatever the store does in between.
func TestShortOutageDoesNotEndWork(t *testing.T) {
	t.Parallel()
	store := idempotencytest.NewStore(memstore.New(memstore.Options{}))
	guard := guardOn(store)
	got, err := within(t, guard, 6*time.Second, func(ctx context.Context) (int, error) { // a lease of 3 s
		store.FailBefore(idempotencytest.OpRenew, 2)
		require.Eventually(t, renewals(store, 5), soon, often)
		return 7, ctx.Err()
	})
	require.NoError(t, err)
	require.Equal(t, 7, got)
}

// Saving progress never shortens a lease, in overtime either: the next attempt
// waits.
func TestStepAfterDeadlineKeepsLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		guard := newGuard(nil)
		work, begun := &at{}, make(chan struct{})
		first := make(chan error, 1)
		go func() {
			_, err := within(t, guard, time.Minute, func(ctx context.Context) (int, error) { // a lease of 10 s
				defer work.enter()()
				close(begun)
				<-ctx.Done()
				time.Sleep(time.Second) // between two renewals
				_, err := idempotency.Step(ctx, "a", func(context.Context) (int, error) { return 1, nil })
				time.Sleep(8 * time.Second)
				return 7, err
			})
			first <- err
		}()
		<-begun
		time.Sleep(58 * time.Second)
		got, err := within(t, guard, time.Hour, func(context.Context) (int, error) {
			defer work.enter()()
			return 8, nil
		})
		for reasonOf(err) == idempotency.ReasonInProgress {
			got, err = within(t, guard, time.Hour, func(context.Context) (int, error) {
				defer work.enter()()
				return 8, nil
			})
		}
		require.NoError(t, err)
		require.Equal(t, 7, got, "the first one's")
		require.NoError(t, <-first)
		require.EqualValues(t, 1, work.most.Load(), "two attempts at once")
	})
}

// Another work of a business key sees the result within seconds, however long the
// first one's deadline is.
func TestDuplicateGetsResultBeforeLeaseEnds(t *testing.T) {
	t.Parallel()
	guard := newGuard(nil)
	begun, finish := make(chan struct{}), make(chan struct{})
	go func() {
		_, _ = within(t, guard, 10*time.Hour, func(context.Context) (int, error) {
			close(begun)
			<-finish
			return 7, nil
		})
	}()
	<-begun
	began := time.Now()
	_, err := within(t, guard, 2*time.Second, func(context.Context) (int, error) { return 8, nil })
	require.Equal(t, idempotency.ReasonInProgress, reasonOf(err), "%v", err)
	require.LessOrEqual(t, delayOf(t, err), 3*time.Second, "it comes back soon")
	require.Less(t, time.Since(began), 3*time.Second)
	close(finish)
	got, err := within(t, guard, 2*time.Second, func(context.Context) (int, error) { return 8, nil })
	require.NoError(t, err)
	require.Equal(t, 7, got)
}
