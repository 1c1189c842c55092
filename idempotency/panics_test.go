package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

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
