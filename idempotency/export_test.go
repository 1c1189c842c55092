package idempotency

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// TransactOnce is InTx for work that is no activity.
func TransactOnce[Tx any](ctx context.Context, g *Guard, store driver.Transactor[Tx], key string,
	fn func(context.Context, Tx) (int, error),
) (int, error) {
	w := &guardedWork{guard: g, store: store, options: &ActivityOptions{}}
	x := w.execution(ctx, businessKey("", "tx", key), driver.Info{})
	t := transaction[Tx]{x, store, func(ctx context.Context, tx Tx) (any, error) { return fn(ctx, tx) }}
	a, err := t.run(ctx)
	return typed[int](ctx, &g.results, a, err)
}
