// Package pgstore keeps the records of package idempotency in PostgreSQL,
// through a pgx pool of the caller's.
//
//	store, err := pgstore.New(pool, pgstore.Options{})
//	...
//	err = store.Migrate(ctx)
//	...
//	book := idempotency.InTx(guard, store, func(ctx context.Context, tx pgx.Tx, o Order) (Receipt, error) {
//		...
//	}, idempotency.Call{})
//
// # What is guaranteed
//
//   - Each call is one statement, and takes effect whole or not at all. The
//     clock is the server's: programs may disagree on the time.
//   - [Store.Transact] and [Store.Batch] keep the record in the transaction of
//     the business write: both are there or neither is, whatever breaks. Of
//     several calls with one key one writes, the others get its result.
//   - When the connection is lost at the commit, the record is read again on
//     another one before anything is decided.
//
// Batch, which idempotency.InBatch uses, is for statements and a result that are
// known beforehand; it sends them with the record. Transact, which
// idempotency.InTx uses, is for those that follow from each other.
//
// # What it needs
//
// PostgreSQL 14 or later, at READ COMMITTED, which is its default. With
// synchronous_commit=off what was committed last can be gone after a loss of
// power: then work that was done is done again.
//
// Migrate creates the table where it is missing. Where it exists, accounts that
// may SELECT, INSERT, UPDATE and DELETE are enough. Package sqlstore works on
// the same table.
//
// Expired records count as absent, and stay until somebody calls Sweep, which
// takes a number at a time and does not disturb others.
//
// # Cost
//
// In round trips: a claim 1, won or not, Finish, Renew and Release 1, Get 1.
// Batch takes 1, as the business write alone would, and 4 when there is a
// record already. Transact takes 4 beside those of the business: begin, claim,
// finish, commit. These are for connections that have prepared the statements,
// which pgx does when they are first used. Claims that are not won write
// nothing.
package pgstore
