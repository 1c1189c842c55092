package sqlrecords_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

func TestTransact(t *testing.T) {
	t.Parallel()
	won := row(driver.StateInProgress, us, time.Hour, false, true)
	done := row(driver.StateCompleted, us, 0, false, false)
	run := errors.New("card declined")
	for name, c := range map[string]struct {
		answers map[string][]any
		commit  error
		run     error
		ends    bool // run ends the transaction
		won     bool
		is      error
		refused bool // the error is a driver.StatementError
	}{
		"commits":                      {answers: map[string][]any{"claim": {won}, "finish": {1}}, won: true},
		"returns the function's error": {answers: map[string][]any{"claim": {won}}, run: run, is: run},
		"is not won":                   {answers: map[string][]any{"claim": {nil}, "get": {done}}},
		"is committed though it said not": {
			answers: map[string][]any{"claim": {won}, "finish": {1}, "get": {done}}, commit: errBroken,
			won: true,
		},
		"is not committed": {
			answers: map[string][]any{"claim": {won}, "finish": {1}, "get": {nil}}, commit: errBroken,
			is: errBroken,
		},
		"cannot tell": {
			answers: map[string][]any{"claim": {won}, "finish": {1}, "get": {errUnreadable}}, commit: errBroken,
			is: errUnreadable,
		},
		"is refused at the commit": {answers: map[string][]any{"claim": {won}, "finish": {1}}, commit: sqlState("23505"), refused: true},
		"may be committed at 40003": {
			answers: map[string][]any{"claim": {won}, "finish": {1}, "get": {done}},
			commit:  sqlState("40003"), won: true,
		},
		"is ended by the function": {
			answers: map[string][]any{"claim": {won}, "finish": {1}}, run: run, ends: true,
			is: driver.ErrTxEnded,
		},
		"is rolled back by the function":    {answers: map[string][]any{"claim": {won}, "finish": {0}}, run: run, ends: true, is: run},
		"has lost its record":               {answers: map[string][]any{"claim": {won}, "finish": {0}}, is: driver.ErrTxEnded},
		"hides the error of its statement":  {answers: map[string][]any{"claim": {won}, "finish": {sqlState("25P02")}}, refused: true},
		"waits no longer than its lease":    {answers: map[string][]any{"claim": {sqlState("55P03")}, "get": {nil}}},
		"gets the result that it waits for": {answers: map[string][]any{"claim": {sqlState("55P03")}, "get": {done}}},
		"cannot read what it waits for":     {answers: map[string][]any{"claim": {sqlState("55P03")}, "get": {errBroken}}, is: errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t, sqlrecords.PostgreSQL, c.answers)
			s.commit = c.commit
			got, err := sqlrecords.Transact(t.Context(), s.Records, claim(), s.begin,
				func(context.Context, sqlrecords.Tx, driver.Record) (driver.Completion, error) {
					s.ended = c.ends
					return driver.Completion{State: driver.StateCompleted}, c.run
				})
			switch {
			case c.is != nil:
				require.ErrorIs(t, err, c.is)
			case c.refused:
				var refused *driver.StatementError
				require.ErrorAs(t, err, &refused)
			default:
				require.NoError(t, err)
			}
			require.Equal(t, c.won, got.Won)
		})
	}
}

var errUnreadable = errors.New("unreadable")

// SQLite has one lock for all keys, so the error of the database comes back.
func TestTransactWaitsForWritersOfSQLite(t *testing.T) {
	t.Parallel()
	s := newScripted(t, sqlrecords.SQLite, map[string][]any{"claim": {errors.New("SQLITE_BUSY")}, "get": {nil}})
	_, err := sqlrecords.Transact(t.Context(), s.Records, claim(), s.begin, nil)
	require.ErrorContains(t, err, "SQLITE_BUSY")
	_, err = sqlrecords.Transact(t.Context(), s.Records, driver.Claim{}, s.begin, nil)
	require.ErrorContains(t, err, "a lease of 0s")
	_, err = sqlrecords.Transact(t.Context(), s.Records, claim(), func(context.Context) (sqlrecords.Tx, error) { return nil, errBroken }, nil)
	require.ErrorIs(t, err, errBroken)
}

func TestCallsOfTheOwner(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	completed := driver.Completion{State: driver.StateCompleted}
	calls := map[string]func(s *scripted) error{
		"renew":   func(s *scripted) error { return s.Renew(ctx, driver.Ref{}, driver.Renewal{}) },
		"finish":  func(s *scripted) error { return s.Finish(ctx, driver.Ref{}, completed) },
		"release": func(s *scripted) error { return s.Release(ctx, driver.Ref{}) },
		"resolve": func(s *scripted) error { return s.Resolve(ctx, driver.Key{}, 1, completed) },
		"delete":  func(s *scripted) error { return s.Delete(ctx, driver.Key{}) },
	}
	for name, call := range calls {
		done := row(driver.StateCompleted, us, 0, false, false)
		require.NoError(t, call(newScripted(t, sqlrecords.PostgreSQL, map[string][]any{name: {1}})), name)
		lost := newScripted(t, sqlrecords.PostgreSQL, map[string][]any{name: {0}, "get": {done}})
		require.ErrorIs(t, call(lost), driver.ErrLeaseLost, name)
		require.ErrorIs(t, call(newScripted(t, sqlrecords.SQLite, map[string][]any{name: {errBroken}})), errBroken, name)
	}
	s := newScripted(t, sqlrecords.PostgreSQL, map[string][]any{"delete": {0}, "get": {nil}})
	require.ErrorIs(t, s.Delete(ctx, driver.Key{}), driver.ErrNoRecord)
	require.ErrorContains(t, s.Renew(ctx, driver.Ref{}, driver.Renewal{Lease: -1}), "a lease of -1ns")
	require.ErrorContains(t, s.Finish(ctx, driver.Ref{}, driver.Completion{}), "cannot finish in state 0")
	require.ErrorContains(t, s.Resolve(ctx, driver.Key{}, 1, driver.Completion{}), "cannot be resolved to state 0")
}

func TestReads(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	kept := row(driver.StateCompleted, us, 0, false, false)
	s := newScripted(t, sqlrecords.PostgreSQL, map[string][]any{
		"get": {kept, row(driver.StateCompleted, us, 0, true, false)}, "list": {kept}, "list_indeterminate": {errBroken}, "sweep": {3},
		"exists": {[]any{false}, []any{true}}, "schema": {0},
	})
	got, err := s.Get(ctx, driver.Key{})
	require.NoError(t, err)
	require.Equal(t, []byte{}, got.Result, "a driver may return nil for what is empty")
	require.Nil(t, got.Progress)
	_, err = s.Get(ctx, driver.Key{})
	require.ErrorIs(t, err, driver.ErrNoRecord, "it is past its retention")
	all, err := s.List(ctx, driver.Query{Limit: 1})
	require.NoError(t, err)
	require.Len(t, all, 1)
	_, err = s.List(ctx, driver.Query{State: driver.StateIndeterminate})
	require.ErrorIs(t, err, errBroken)
	swept, err := s.Sweep(ctx, 9)
	require.NoError(t, err)
	require.Equal(t, 3, swept)
	require.NoError(t, s.Migrate(ctx), "the table is created")
	delete(s.answers, "schema")
	require.NoError(t, s.On(s).Migrate(ctx), "the table exists")
}

func TestTables(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialect sqlrecords.Dialect
		table   sqlrecords.Table
		want    string
	}{
		"a quote in a name":  {dialect: sqlrecords.SQLite, table: sqlrecords.Table{Name: `a"b`}, want: "cannot be the name"},
		"a schema in SQLite": {dialect: sqlrecords.SQLite, table: sqlrecords.Table{Schema: "main"}, want: "SQLite has no schemas"},
		"another dialect":    {dialect: "MySQL", want: `the dialect "MySQL" is not known`},
	} {
		_, err := sqlrecords.New(nil, c.dialect, c.table)
		require.ErrorContains(t, err, c.want, name)
	}
	records, err := sqlrecords.New(nil, sqlrecords.PostgreSQL, sqlrecords.Table{Name: "records", Schema: "billing"})
	require.NoError(t, err)
	require.Contains(t, records.Statement("get"), `"billing"."records"`)
}
