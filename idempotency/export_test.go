package idempotency

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// TransactOnce is InTx for work that is no activity.
func TransactOnce[Tx any](ctx context.Context, g *Guard, store driver.Transactor[Tx], key string,
	fn func(context.Context, Tx) (int, error),
) (int, error) {
	x := g.execution(ctx, store, &ActivityOptions{}, BusinessKey("", "tx", key), driver.Info{})
	a, err := transact(ctx, x, store, func(ctx context.Context, tx Tx) (any, error) { return fn(ctx, tx) })
	if err != nil {
		return 0, err
	}
	return typed[int](ctx, g, a)
}
