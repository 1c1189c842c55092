package idempotency

import "context"

// TransactOnce is InTx for work that is no activity.
func TransactOnce[Tx any](ctx context.Context, g *Guard, store Transactor[Tx], key string, fn func(context.Context, Tx) (int, error)) (int, error) {
	x := g.execution(ctx, store, &Call{}, businessKey("", "tx", key), Info{})
	a, err := transact(ctx, x, store, func(ctx context.Context, tx Tx) (any, error) { return fn(ctx, tx) })
	if err != nil {
		return 0, err
	}
	return typed[int](ctx, g, a)
}
