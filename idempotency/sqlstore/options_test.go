package sqlstore_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	db := openSQLite(t)
	for name, tc := range map[string]struct {
		dialect sqlstore.Dialect
		opts    sqlstore.Options
		want    string
	}{
		"a quote":                {sqlstore.DialectSQLite, sqlstore.Options{Table: `a"b`}, `"a\"b" cannot be the name`},
		"a second statement":     {sqlstore.DialectPostgreSQL, sqlstore.Options{Table: "a; DROP TABLE b"}, "cannot be the name"},
		"a dot":                  {sqlstore.DialectPostgreSQL, sqlstore.Options{Table: "a.b"}, "cannot be the name"},
		"NUL":                    {sqlstore.DialectPostgreSQL, sqlstore.Options{Table: "a\x00"}, "cannot be the name"},
		"a new line at the end":  {sqlstore.DialectPostgreSQL, sqlstore.Options{Table: "a\n"}, "cannot be the name"},
		"an upper-case letter":   {sqlstore.DialectPostgreSQL, sqlstore.Options{Table: "Records"}, "lower-case"},
		"a digit in front":       {sqlstore.DialectSQLite, sqlstore.Options{Table: "1st"}, "no digit first"},
		"a letter beyond ASCII":  {sqlstore.DialectSQLite, sqlstore.Options{Table: "größe"}, "cannot be the name"},
		"too long":               {sqlstore.DialectSQLite, sqlstore.Options{Table: strings.Repeat("a", 49)}, "at most 48"},
		"an odd schema":          {sqlstore.DialectPostgreSQL, sqlstore.Options{Schema: `x"."y`}, "cannot be the name"},
		"a schema in SQLite":     {sqlstore.DialectSQLite, sqlstore.Options{Schema: "main"}, "SQLite has no schemas"},
		"an unknown dialect":     {"MySQL", sqlstore.Options{}, `the dialect "MySQL" is not known`},
		"the dialect left empty": {"", sqlstore.Options{}, `take DialectSQLite or DialectPostgreSQL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sqlstore.New(db.DB, tc.dialect, tc.opts)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	t.Run("makes tables of any allowed name, once each", func(t *testing.T) {
		t.Parallel()
		testMigrate(t, openSQLite(t))
	})
	t.Run("says what it could not do", func(t *testing.T) {
		t.Parallel()
		db := openSQLite(t)
		store, err := sqlstore.New(db.DB, db.dialect, sqlstore.Options{})
		require.NoError(t, err)
		_, err = store.Claim(t.Context(), claim(1, 1))
		require.ErrorContains(t, err, "could not claim a record")
		require.ErrorContains(t, err, "idempotency_record")
		require.NoError(t, db.Close())
		require.ErrorContains(t, store.Migrate(t.Context()), "could not create the table")
	})
}

// testMigrate is for both dialects.
func testMigrate(t *testing.T, db database) {
	t.Helper()
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		all.Go(func() {
			store, err := sqlstore.New(db.DB, db.dialect, sqlstore.Options{Table: "workers_start_at_once"})
			errs[i] = errors.Join(err, store.Migrate(t.Context()))
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	for _, table := range []string{"", "order", "_2", "select", strings.Repeat("a", 48)} {
		store, err := sqlstore.New(db.DB, db.dialect, sqlstore.Options{Table: table})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		got, err := store.Claim(t.Context(), claim(1, 1))
		require.NoError(t, err)
		require.True(t, got.Won, "each table has records of its own")
		require.NoError(t, store.Migrate(t.Context()), "a second time")
		_, err = store.Get(t.Context(), claim(1, 1).Key)
		require.NoError(t, err, "what is there stays")
	}
}
