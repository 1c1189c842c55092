package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// slowRenewals is a store whose renewals stay on their way until they may arrive,
// whatever their sender does meanwhile.
type slowRenewals struct {
	driver.Store
	sent, givenUp, arrive chan struct{}
}

func (s *slowRenewals) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	if r.Lease == 0 {
		defer close(s.givenUp)
		return s.Store.Renew(ctx, ref, r)
	}
	close(s.sent)
	<-s.arrive
	return s.Store.Renew(context.WithoutCancel(ctx), ref, r)
}

// Work is given up when no renewal is on its way any more, which would undo it.
func TestNoRenewalAfterLeaseIsEnded(t *testing.T) {
	t.Parallel()
	r, env := newFixture(t), testenv.New()
	s := &slowRenewals{r.memory, make(chan struct{}), make(chan struct{}), make(chan struct{})}
	r.guard = guardOn(s)
	env.RegisterActivityWithOptions(idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
		<-s.sent
		return 0, errors.New("reset")
	}, idempotency.ActivityOptions{}), activity.RegisterOptions{Name: "Charge"})
	go func() {
		<-s.sent
		select {
		case <-s.givenUp: // too early
		case <-time.After(100 * time.Millisecond):
		}
		close(s.arrive)
	}()
	env.ExecuteWorkflow(runWithHeartbeat("Charge", time.Second))
	require.ErrorContains(t, env.GetWorkflowError(), "reset")
	all, err := r.memory.List(t.Context(), driver.Query{Abandoned: true, Limit: 9})
	require.NoError(t, err)
	require.Len(t, all, 1, "the next attempt need not wait")
}

// brokenRenewal is a store that panics when it is to give a lease more time.
type brokenRenewal struct{ *memstore.Store }

func (s brokenRenewal) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	if n.Lease > 0 {
		//archtest:panic a user's mistake is what is tested
		panic("not built")
	}
	return s.Store.Renew(ctx, ref, n)
}

// A store that panics in the goroutine that renews a lease ends the work, and not
// the process.
func TestStoreThatPanicsWhileItRenews(t *testing.T) {
	t.Parallel()
	guard := guardOn(brokenRenewal{memstore.New(memstore.Options{})})
	_, err := within(t, guard, 2*time.Second, func(ctx context.Context) (int, error) { // a lease of 1 s
		<-ctx.Done()
		return 0, context.Cause(ctx)
	})
	require.Equal(t, idempotency.ReasonLeaseLost, reasonOf(err), "%v", err)
}
