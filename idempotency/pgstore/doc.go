// Package pgstore keeps the records of package idempotency in PostgreSQL,
// through a pgx pool of the caller's.
//
//	store, err := pgstore.New(pool, pgstore.Options{})
//	...
//	err = store.Migrate(ctx)
//	...
//	book := idempotency.InTx(guard, store, func(ctx context.Context, tx pgx.Tx, o Order) (Receipt, error) {
//		...
//	}, idempotency.ActivityOptions{})
//
// # What is guaranteed
//
//   - Each call is one statement, and takes effect whole or not at all. The
//     clock is the server's: programs may disagree on the time.
//   - [Store.Transact] keeps the record in the transaction of the business write:
//     both are committed or neither is, whatever breaks. Of several calls with one
//     key one writes, the others get its result.
//   - When the connection is lost at the commit, the record is read again on
//     another one before anything is decided.
//   - When the database refuses a statement of the business, the error is a
//     driver.StatementError around the database's own: the store is not down.
//   - Each call returns when its context ends, and after 5 seconds at the latest,
//     List, Sweep and Migrate after a minute. Transact takes as long as
//     the business does.
//   - Errors say what could not be done and the server's SQLSTATE. They name no
//     host, no account and no database.
//
// # What it needs
//
// PostgreSQL 14 or later, at READ COMMITTED, which is its default. With
// synchronous_commit=off what was committed last can be gone after a loss of
// power, and with asynchronous replication after a failover: then work that was
// done is done again. What a clock that jumps does is said in package sqlstore.
//
// The pool needs a connection for each Transact that runs at once, and one more
// for other calls. A call whose key another transaction has does not keep one: a
// statement waits for the lock of a record for a second at most, and in Transact
// for a tenth of a second at a time, with pauses without a connection.
// Statements of the business wait as the connection's lock_timeout says.
//
// Migrate creates the table where it is missing. Where it exists, accounts that
// may SELECT, INSERT, UPDATE and DELETE are enough. Package sqlstore works on
// the same table.
//
// Expired records count as absent, and stay until the program calls Sweep, which
// takes a number at a time and does not disturb others.
//
// # Cost
//
// In round trips: a claim 1, won or not, Finish, Renew and Release 1, Get 1.
// Transact takes 4 beside those of the business: begin, claim,
// finish, commit. These are for connections that have prepared the statements,
// which pgx does when they are first used. Claims that are not won write
// nothing.
package pgstore
