package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// A charge and the record of it are one transaction: however often it is asked
// for, it happens once.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system clears what is left
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "shop.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE TABLE charge (customer TEXT, euros INTEGER)"); err != nil {
		fmt.Println(err)
		return
	}

	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for attempt := byte(1); attempt <= 3; attempt++ {
		claim := driver.Claim{
			Key: driver.Key{7}, Owner: driver.Owner{attempt},
			Lease: time.Minute, Retain: time.Hour,
		}
		got, err := store.Transact(ctx, claim, func(ctx context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			_, err := tx.ExecContext(ctx, "INSERT INTO charge VALUES ('ann', 20)")
			return driver.Completion{State: driver.StateCompleted, Result: []byte("receipt 7")}, err
		})
		fmt.Printf("%s, charged now: %t, error: %v\n", got.Record.Result, got.Won, err)
	}
	var charges int
	fmt.Println(db.QueryRowContext(ctx, "SELECT count(*) FROM charge").Scan(&charges), charges)
	// Output:
	// receipt 7, charged now: true, error: <nil>
	// receipt 7, charged now: false, error: <nil>
	// receipt 7, charged now: false, error: <nil>
	// <nil> 1
}
