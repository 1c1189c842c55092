package idempotency

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A Batcher is a [Store] that can send its record together with statements that
// are known beforehand, in one transaction and one round trip.
type Batcher[B any] interface {
	Store
	// Batch writes the record of c.Key as f, with the statements that queue adds.
	// When the key is not won, nothing takes effect, and the record is returned as
	// it stands. queue may be called twice. When the database refuses one of its
	// statements, the error is a [StatementError].
	Batch(ctx context.Context, c Claim, f Final, queue func(B) error) (Claimed, error)
}

// A StatementError says that the database has refused a statement of the
// business, such as a row that violates a constraint. The store itself answers,
// and the statement's own error decides about a retry.
type StatementError struct{ Err error }

// Error returns the text of the statement's error.
func (e *StatementError) Error() string { return e.Err.Error() }

// Unwrap returns the statement's error.
func (e *StatementError) Unwrap() error { return e.Err }

// InBatch is [InTx] for writes that need no answer: result says what the activity
// returns, without any effect, and write adds the statements. Both go to the
// database with the record, in one round trip. write may be called twice, for two
// batches.
func InBatch[B, In, Out any](
	g *Guard, store Batcher[B], result func(context.Context, In) (Out, error), write func(B, In, Out) error, c Call,
) func(context.Context, In) (Out, error) {
	must(g != nil && store != nil && result != nil && write != nil, "InBatch needs a guard, a store and two functions")
	c.mustMakeSense("InBatch")
	mustReplay[Out]("InBatch")
	c.OnAbandoned, c.Reconcile = Rerun, nil
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.function(ctx, store, &c, in)
		if err != nil {
			return out, err
		}
		if a, over, err := x.known(ctx); over {
			return typedOr[Out](ctx, g, a, err)
		}
		if out, err = result(x.transacting(ctx), in); err != nil {
			return out, failure.WithoutNoEffect(err) // nothing was written
		}
		payload, kept, err := g.encode(ctx, out)
		if err != nil {
			return out, x.unkept(err)
		}
		a, err := x.queue(ctx, func(ctx context.Context, c Claim) (answer, Claimed, error) {
			var queued error
			got, err := store.Batch(ctx, c, Final{State: Done, Result: kept}, func(b B) error {
				queued = write(b, in, out)
				return queued
			})
			if queued != nil {
				err = &inFn{queued}
			}
			return answer{value: out, kept: payload}, got, err
		})
		return typedOr[Out](ctx, g, a, err)
	}
}

// typedOr is an answer as a value, or the error.
func typedOr[Out any](ctx context.Context, g *Guard, a answer, err error) (out Out, _ error) {
	if err != nil {
		return out, err
	}
	return typed[Out](ctx, g, a)
}
