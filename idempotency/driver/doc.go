// Package driver defines what a store of package idempotency implements. It is for
// authors of stores and for programs of operators; activities need package
// idempotency only.
//
// A store keeps one [Record] for each [Key]. A worker claims the record for a lease,
// renews the lease while it works, and finishes the record with a result:
//
//	got, err := store.Claim(ctx, driver.Claim{Key: key, Owner: owner, Lease: 10 * time.Second, Retain: 24 * time.Hour})
//	// got.Won: the work is ours; else got.Record says what became of it
//	ref := driver.Ref{Key: key, Owner: owner, Fence: got.Record.Fence}
//	err = store.Renew(ctx, ref, driver.Renewal{Lease: 10 * time.Second})
//	err = store.Finish(ctx, ref, driver.Completion{State: driver.StateCompleted, Result: result})
//
// [Store] is what a guard needs. A store may also be a [Transactor], which keeps the
// record in the transaction of the business write, an [Admin], which operators use to
// list and resolve records, and a [Sweeper], which deletes expired ones.
//
// # What a store guarantees
//
//   - Every method is atomic and safe for concurrent use.
//   - The store's clock alone decides whether a lease or a record has expired.
//     Durations cross these interfaces, instants do not.
//   - A method returns when its context ends.
//   - An error other than [ErrLeaseLost], [ErrNoRecord] and [ErrTxEnded] leaves the
//     outcome open, and the caller may send the same call again.
//
// Package storetest checks all of this for any implementation.
package driver
