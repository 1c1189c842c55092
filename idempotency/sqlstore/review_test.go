package sqlstore_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// interleaved runs statements, and something else before the statement that is named.
type interleaved struct {
	db     *sql.DB
	text   string
	before func()
}

func (i *interleaved) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := i.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (i *interleaved) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	if query == i.text && i.before != nil {
		before := i.before
		i.before = nil
		before()
	}
	rows, err := i.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func TestReviewOfChangedRecord(t *testing.T) {
	t.Parallel()
	testReview(t, func(t *testing.T) database { return openSQLite(t) })
}

// testReview lets a record change between the two statements of a claim that would leave
// abandoned work to a person.
func testReview(t *testing.T, open func(t *testing.T) database) {
	t.Helper()
	for name, c := range map[string]struct {
		change func(t *testing.T, db database, store *sqlstore.Store) error
		won    bool
		state  driver.State
	}{
		"nothing changes": {
			change: func(*testing.T, database, *sqlstore.Store) error { return nil },
			state:  driver.StateIndeterminate,
		},
		"the owner renews its lease": {
			change: func(t *testing.T, _ database, store *sqlstore.Store) error {
				return store.Renew(t.Context(), ref(claim(1, 1), 1), driver.Renewal{Lease: time.Minute})
			},
			state: driver.StateInProgress,
		},
		"the owner finishes": {
			change: func(t *testing.T, _ database, store *sqlstore.Store) error {
				return store.Finish(t.Context(), ref(claim(1, 1), 1), done)
			},
			state: driver.StateCompleted,
		},
		"another attempt of the claimer takes the work over and gives it up": {
			change: func(t *testing.T, _ database, store *sqlstore.Store) error {
				if _, err := store.Claim(t.Context(), claim(1, 2)); err != nil {
					return err
				}
				return store.Renew(t.Context(), ref(claim(1, 2), 2), driver.Renewal{})
			},
			won: true, state: driver.StateInProgress,
		},
		"the retention passes": {
			change: func(t *testing.T, db database, _ *sqlstore.Store) error {
				set := map[sqlstore.Dialect]string{sqlstore.DialectSQLite: "0", sqlstore.DialectPostgreSQL: "now()"}[db.dialect]
				_, err := db.ExecContext(t.Context(), "UPDATE idempotency_record SET expires_at = "+set)
				return err
			},
			won: true, state: driver.StateInProgress,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			store := db.store(t)
			_, err := store.Claim(t.Context(), claim(1, 1))
			require.NoError(t, err)
			require.NoError(t, store.Renew(t.Context(), ref(claim(1, 1), 1), driver.Renewal{}))

			run := &interleaved{db: db.DB}
			records, err := sqlrecords.New(run, sqlrecords.Dialect(db.dialect), sqlrecords.Table{})
			require.NoError(t, err)
			run.text = records.Statement("review")
			run.before = func() { require.NoError(t, c.change(t, db, store)) }
			review := claim(1, 2)
			review.NeedsReview = true
			got, err := records.Claim(t.Context(), review)
			require.NoError(t, err)
			require.Nil(t, run.before, "the record has changed")
			require.Equal(t, c.won, got.Won)
			require.Equal(t, c.state, got.Record.State)
		})
	}
}
