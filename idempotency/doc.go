// Package idempotency lets activities take effect once.
//
// Temporal runs an activity at least once: a worker that is killed after it has
// charged a card, and before Temporal has heard of it, is followed by another one
// that charges the card again. A [Guard] keeps a record of each piece of work, so
// that the next attempt knows what became of the one before, and returns its
// result.
//
//	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: dataConverter})
//	w.RegisterActivityWithOptions(
//		idempotency.Wrap(guard, payments.Charge, idempotency.ActivityOptions{PassThrough: true}),
//		activity.RegisterOptions{Name: "Charge"})
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
// # What is here
//
//   - [Wrap] for one function, [Register] for a struct of activities,
//     [Guard.Interceptor] for activities by name, of any form, without a change of
//     their code; [Do] for work with a key of your own.
//   - Keys: of the execution, over all attempts ([ScopeRun]), where an activity ID
//     that is used again is another execution; of a step over
//     retries, continue-as-new and resets of the workflow ([ActivityOptions].ChainStep); of the
//     business ([ActivityOptions].Key, [KeyFunc]).
//   - What closes the gap between the effect and its record: [InTx], one
//     transaction for both; [ActivityOptions].PassThrough, with [DownstreamKey] or
//     [Transport]; [ActivityOptions].Reconcile, which asks, see [ReconcileFunc]; [OnAbandonedNeedsReview], which waits
//     for a person, who settles it by [Guard.Resolve].
//   - [Step] for parts of work with several effects; activity.ErrResultPending for
//     work that is completed elsewhere: by client.CompleteActivityByID, since the
//     task token of an attempt is of no use after the next has begun.
//   - Stores: memstore here; modules of their own for PostgreSQL, SQLite and Redis;
//     storetest for one of yours. Package idempotencytest for your own tests.
//
// # What is guaranteed
//
// While the record is kept, for one key:
//
//   - InTx: the business write is committed at most once.
//   - PassThrough: the effect is there at most once, if the service honours the
//     key; after ActivityOptions.DownstreamTTL the work is asked about, or held.
//   - Reconcile: as good as the answer. Hold: at most once, for the price of a
//     person's time.
//   - None of them: one attempt at a time has the work. A worker that is killed
//     between effect and record repeats the effect; the first such activity of
//     each type is logged.
//   - A claim holds for seconds and is renewed: an attempt that waits for the work of a
//     process that is gone, or for the result of a business key, has to wait for
//     seconds. An attempt that goes on when its time is over keeps the work, for as
//     long again.
//   - Work that cannot renew its lease is told before another attempt may begin: its
//     context ends, and context.Cause says why, with the reason [ReasonLeaseLost].
//   - A claim whose answer is lost is given back: nobody is locked out, and no person
//     is asked about work that was not begun.
//   - A result, and a failure that is final by its own word, is what it was when it
//     comes again: type, message, details, codec and all. Data converters that
//     know their context, or the workflow of a result, are asked in it. A codec
//     that fails for a moment costs neither. A final failure that cannot be kept
//     comes again with its type, and a text that says so.
//   - An attempt that was paused for longer than its lease, and was followed by
//     another one, has its result discarded. The other's stands.
//   - What an attempt has found is recorded although its context is over. If the
//     store does not answer, or hangs, Temporal gets the result all the same, in
//     time.
//   - The same business key, step of a chain, or local activity, which comes again
//     when its workflow task has failed, with another request is refused
//     ([ReasonMismatch]). Requests are compared by what the activity's arguments say: the
//     order of fields does not count, nor do new ones that are empty.
//   - What cannot work is an error at once ([ReasonMisuse]), and a panic while a worker is
//     set up.
//
// # What errors mean
//
// Whether to try again and whether there was an effect are two questions. An error
// that says itself that it is final (a non-retryable application error,
// retry.Permanent) is the answer to the key, and comes again. [NoEffect] frees
// the key. All others leave open what has happened: timeouts, cancellations,
// panics, and what a classifier or the retry policy of one workflow takes to be
// final. Then the work is abandoned. Package retry may stand between the activity
// and the guard; what the activity has said of that error counts. What guarded work
// within other guarded work says of its own effect is not said of the other's.
//
// # What is not guaranteed
//
//   - After ActivityOptions.Retain the work is new. The default is 7 days.
//   - With a store that can lose what it has written, as Redis in a failover, it
//     may be new before; pair it with PassThrough.
//   - A worker that is paused, and not killed, can still call a service without keys
//     when its lease is over, if its code does not look at the context: its result is
//     discarded, its effect is not.
//   - An attempt that waits for another one in vain, for 10 seconds at most, counts
//     for MaximumAttempts.
//   - Requests of [Do] are not compared, since their arguments are not seen.
//   - Who completes work elsewhere completes one activity: another one of the same
//     business key is retried until somebody settles the record.
//   - Failures are kept by the failure converter as it is: a codec that binds them
//     to one workflow cannot read them in another one of the same business key.
//
// # Cost
//
// No history event. A call is a claim and a record, two round trips to the store; a
// repetition after the first attempt is one read, and so is the first look at a
// business key or a local activity. Work that takes longer than 3 seconds renews its lease each 3
// seconds, more often with a short heartbeat timeout. The guard itself takes some µs and
// 27 allocations beside a bare activity, with records in memory; by Wrap 41, since
// the SDK encodes the result again.
//
// # On the wire
//
// Error types "idempotency." and a [Reason]; header "temporal-patterns.first-run";
// metric temporal_patterns_idempotency with the tag outcome. Keys are SHA-256 over
// namespace, kind, IDs and names, with their lengths; Info in records has the IDs
// in clear.
//
// # When to use something else
//
// When the whole effect is in your own database, and the activity has a natural
// unique key there, a unique index is enough. When the work may be repeated, do
// nothing.
package idempotency
