// Package sqlstore keeps the records of package idempotency in a database that
// the caller has opened: SQLite or PostgreSQL.
//
//	db, err := sql.Open("sqlite", "file:/var/lib/worker/records.db?"+
//		"_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
//	...
//	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
//	...
//	err = store.Migrate(ctx)
//	...
//	book := idempotency.InTx(guard, store, func(ctx context.Context, tx *sql.Tx, o Order) (Receipt, error) {
//		...
//	}, idempotency.ActivityOptions{})
//
// # What is guaranteed
//
//   - Each call is one statement, or one and a read, and takes effect whole or
//     not at all. The clock is the database's: programs may disagree on the time.
//   - [Store.Transact] keeps the record in the transaction of the business write:
//     both are there or neither is, whatever breaks. Of several calls with one
//     key one writes, the others get its result.
//   - When a commit returns an error, the record is read again before anything is
//     decided. When the database refuses the commit, as for a constraint that is
//     deferred, the error is a driver.StatementError.
//   - Each call returns when its context ends, and after 5 seconds at the latest,
//     also when the driver hangs; [Store.List], [Store.Sweep] and
//     [Store.Migrate] after a minute. A call that is given up keeps its connection
//     until the driver returns. Transact takes as long as the business does.
//   - Errors of PostgreSQL say what could not be done and the server's SQLSTATE.
//     They name no host, no account and no database.
//
// A clock that jumps forward ends leases early: the work is taken over while its
// first attempt may still be at it, and of the two results one counts. One that
// jumps back lengthens the leases of abandoned work by the jump; live work renews
// its lease by the new time.
//
// # What it needs
//
// No driver comes with this package. The tests run with modernc.org/sqlite and
// with pgx.
//
// DialectSQLite has to be 3.35 or later. Its settings belong to the program that opens
// it, and decide what a commit means:
//
//   - journal_mode=WAL lets reads go on beside the one writer. In a rollback
//     journal a commit waits a second for readers, and is rolled back then.
//   - synchronous=FULL makes a commit survive a loss of power. With NORMAL it
//     survives the end of the process, SIGKILL too, but what was committed last
//     can be gone after a loss of power: then work that was done is done again.
//   - busy_timeout is how long a writer waits for another, in calls outside of
//     Transact, which has a bound of its own. Without it calls fail with the
//     driver's error that the database is locked.
//   - The file belongs on a local disk. Several processes of one host may use it.
//   - A database in memory needs SetMaxOpenConns(1), and no SetConnMaxLifetime:
//     each connection has one of its own, which ends with the connection.
//     [Store.Migrate] refuses a pool of several such connections.
//
// DialectPostgreSQL has to be 14 or later, at READ COMMITTED, which is its default. At
// synchronous_commit=off the loss of power is as above, and so it is for a standby
// that takes over with asynchronous replication. A statement of this package waits
// for the lock of a record for a second at most, and in Transact for a tenth of a
// second at a time; those of the business wait as the connection's lock_timeout
// says.
//
// The pool needs a connection for each Transact that runs at once, and one more
// for other calls.
//
// [Store.Migrate] creates the table where it is missing. Where it exists,
// accounts that may SELECT, INSERT, UPDATE and DELETE are enough.
//
// Expired records count as absent, and stay until the program calls
// [Store.Sweep], which takes a number at a time and does not disturb others.
//
// # Cost
//
// In statements, each of them a round trip: a claim that is won 1, one that is
// not won 1 (SQLite 2), Finish, Renew and Release 1, Get 1. A claim and its
// Finish are 2 commits. Transact adds 4 to those of the business: begin, claim, finish and
// commit (with SQLite 3 settings more, which are no round trips), and no commit. Claims that are not won write nothing in PostgreSQL.
//
// Package pgstore does the same with pgx and fewer round trips, on the same
// table.
package sqlstore
