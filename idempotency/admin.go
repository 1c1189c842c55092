package idempotency

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// admin returns the store if its records can be listed.
func (g *Guard) admin() (driver.Admin, error) {
	a, ok := g.store.(driver.Admin)
	if !ok {
		return nil, fmt.Errorf("idempotency: records of a %T cannot be listed or resolved; use a store that is an Admin", g.store)
	}
	return a, nil
}

// BusinessKey returns the key under which the store keeps work with a key of your own:
// activityType is the type of an activity with [ActivityOptions].Key, or the name that [Do] was
// given. A program that calls Do outside an activity has no namespace.
func (g *Guard) BusinessKey(namespace, activityType, key string) driver.Key {
	return businessKey(namespace, activityType, key)
}

// Record returns the record of a key, or driver.ErrNoRecord. It is for programs of
// operators.
func (g *Guard) Record(ctx context.Context, key driver.Key) (driver.Record, error) {
	return g.store.Get(ctx, key)
}

// List returns records ordered by key. With q.State driver.StateIndeterminate it returns
// those that need review.
func (g *Guard) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	a, err := g.admin()
	if err != nil {
		return nil, err
	}
	return a.List(ctx, q)
}

// Resolve records that the work had its effect, and what the activity would have returned.
// The record must be indeterminate, pending or abandoned, with the given fence.
//
// Resolve refuses a result of another type than the activity returns, and leaves the record
// as it was. The guard knows the type of an activity that it has registered or run; in
// another program, give the activities to [Register] first.
func (g *Guard) Resolve(ctx context.Context, key driver.Key, fence int64, result any) error {
	if r, err := g.store.Get(ctx, key); err == nil { // else the store's Resolve says more
		if t := g.types.of(r.Info.ActivityType); !fits(t, result) {
			return fmt.Errorf("idempotency: the result for key %s is a %T, and activity %q returns %s; give what the activity returns",
				key, result, r.Info.ActivityType, typeName(t))
		}
	}
	_, kept, err := g.results.encode(ctx, result)
	if err != nil {
		return fmt.Errorf("idempotency: the result for key %s cannot be encoded: %w; give what the activity returns", key, err)
	}
	return g.resolve(ctx, key, fence, driver.Completion{State: driver.StateCompleted, Result: kept})
}

// ResolveError records that the work has failed for good.
func (g *Guard) ResolveError(ctx context.Context, key driver.Key, fence int64, failure error) error {
	encoded, err := g.results.encodeFailure(failure)
	if err != nil {
		return fmt.Errorf("idempotency: the failure for key %s cannot be encoded: %w", key, err)
	}
	return g.resolve(ctx, key, fence, driver.Completion{State: driver.StateFailed, Result: encoded})
}

// Retry records that the work had no effect: the next attempt does it.
func (g *Guard) Retry(ctx context.Context, key driver.Key, fence int64) error {
	return g.resolve(ctx, key, fence, driver.Completion{State: driver.StateReleased})
}

func (g *Guard) resolve(ctx context.Context, key driver.Key, fence int64, f driver.Completion) error {
	a, err := g.admin()
	if err != nil {
		return err
	}
	return a.Resolve(ctx, key, fence, f)
}

// Delete deletes a record. It returns driver.ErrLeaseLost if an attempt is doing the work.
func (g *Guard) Delete(ctx context.Context, key driver.Key) error {
	a, err := g.admin()
	if err != nil {
		return err
	}
	return a.Delete(ctx, key)
}
