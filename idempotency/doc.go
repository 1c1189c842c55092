// Package idempotency makes activities take effect once.
//
// Temporal runs an activity at least once: when a worker is killed after it has charged a
// card and before Temporal has its result, the next attempt charges the card again. A
// [Guard] keeps a record of each piece of work, so the next attempt knows what happened
// and returns the result.
//
//	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: clientOptions.DataConverter})
//	err := idempotency.Register(w, guard, &Payments{}, map[string]idempotency.ActivityOptions{
//		"Charge": {PassThrough: true},
//	})
//
//	// in the activity
//	func (p *Payments) Charge(ctx context.Context, o Order) (Receipt, error) {
//		key, err := idempotency.DownstreamKey(ctx, "charge")
//		if err != nil {
//			return Receipt{}, err
//		}
//		return p.provider.Charge(ctx, o, key)
//	}
//
//	// in the workflow: nothing changes
//	err := workflow.ExecuteActivity(ctx, "Charge", order).Get(ctx, &receipt)
//
// Start with [Register] for a struct of activities, or [Wrap] for one function. Use [InTx]
// when the effect is in your database, and [Guard.Interceptor] for code that you cannot
// change. Stores: memstore for tests; sqlstore, pgstore and redisstore, each a module of
// its own; package driver for one of your own. Test with package idempotencytest.
//
// # What closes the gap between the effect and its record
//
//   - [InTx]: one transaction for both.
//   - PassThrough: a service that honors a key, by [DownstreamKey] or [Transport].
//   - Reconcile: a function that asks whether the effect has happened.
//   - ReviewAbandoned: a person finds out, and calls [Guard.Resolve].
//
// # What is guaranteed
//
// While the record is kept, for one key:
//
//   - InTx commits the business write at most once. With PassThrough the effect happens at
//     most once if the service honors the key. Reconcile is as reliable as its answer.
//     ReviewAbandoned is at most once, at the price of a person's time. With none of
//     them, a worker that is killed between effect and record repeats the effect; the log
//     warns of it.
//   - One attempt at a time has the work. If it cannot renew its lease, its context ends
//     before another attempt may start; context.Cause has [ReasonLeaseLost].
//   - The stored result, and a failure that is final by its own word, come back unchanged.
//   - An attempt records its outcome also when its context has ended. If the store does not
//     answer, Temporal still gets the result in time.
//   - The same key with another request ends with [ReasonMismatch].
//
// # What is not guaranteed
//
//   - After Retain the work is new, and earlier if the store loses data, as Redis can in a
//     failover. Combine such a store with PassThrough.
//   - A worker that is paused for longer than its lease can still call a service without
//     keys. Its result is discarded, its effect is not.
//   - An attempt that waits for another one in vain, for 10 seconds at most, counts for
//     MaximumAttempts.
//   - An error leaves the effect open unless it is marked by [NoEffect] or is final by its
//     own word, as a non-retryable application error is. Timeouts, cancellations, panics,
//     classifiers and the retry policy of one workflow leave it open.
//
// # Cost
//
// No history event. A call takes two round trips to the store, and a repetition one. Work
// that takes longer than 3 seconds renews its lease every 3 seconds.
//
// Work that returns activity.ErrResultPending is completed by client.CompleteActivityByID,
// since the task token of an attempt is invalid once the next has started.
package idempotency
