// Package sqlstore keeps the records of package idempotency in a database that
// the caller has opened: SQLite or PostgreSQL.
//
//	db, err := sql.Open("sqlite", "file:/var/lib/worker/records.db?"+
//		"_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
//	...
//	store, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
//	...
//	err = store.Migrate(ctx)
//	...
//	book := idempotency.InTx(guard, store, func(ctx context.Context, tx *sql.Tx, o Order) (Receipt, error) {
//		...
//	}, idempotency.Call{})
//
// # What is guaranteed
//
//   - Each call is one statement, or one and a read, and takes effect whole or
//     not at all. The clock is the database's: programs may disagree on the time.
//   - [Store.Transact] keeps the record in the transaction of the business write:
//     both are there or neither is, whatever breaks. Of several calls with one
//     key one writes, the others get its result.
//   - When a commit returns an error, the record is read again before anything is
//     decided.
//
// # What it needs
//
// No driver comes with this package. The tests run with modernc.org/sqlite and
// with pgx.
//
// SQLite has to be 3.35 or later. Its settings belong to whoever opens it, and
// decide what a commit means:
//
//   - journal_mode=WAL lets reads go on beside the one writer.
//   - synchronous=FULL makes a commit survive a loss of power. With NORMAL it
//     survives the end of the process, SIGKILL too, but what was committed last
//     can be gone after a loss of power: then work that was done is done again.
//   - busy_timeout is how long a writer waits for another. Without it calls fail
//     with the driver's error that the database is locked.
//   - The file belongs on a local disk. Several processes of one host may use it.
//
// PostgreSQL has to be 14 or later, at READ COMMITTED, which is its default. At
// synchronous_commit=off the loss of power is as above.
//
// [Records.Migrate] creates the table where it is missing. Where it exists,
// accounts that may SELECT, INSERT, UPDATE and DELETE are enough.
//
// Expired records count as absent, and stay until somebody calls
// [Records.Sweep], which takes a number at a time and does not disturb others.
//
// # Cost
//
// In statements, each of them a round trip: a claim that is won 1, one that is
// not won 1 (SQLite 2), Finish, Renew and Release 1, Get 1. A claim and its
// Finish are 2 commits. Transact adds 3 to begin, claim, finish and commit (with
// PostgreSQL 1 more, to bound how long it waits) to those of the business, and
// no commit. Claims that are not won write nothing in PostgreSQL.
//
// Package pgstore does the same with pgx and fewer round trips, on the same
// table.
package sqlstore
