package sqlrecords_test

import (
	"context"
	"database/sql"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

// The statements are tested on databases, by packages sqlstore and pgstore. Here are the
// decisions about what a database answers.

var (
	us        = driver.Owner{1}
	others    = driver.Owner{2}
	errBroken = errors.New("connection reset")
)

type sqlState string

func (s sqlState) Error() string    { return "refused" }
func (s sqlState) SQLState() string { return string(s) }

// A scripted database answers each statement, by its name, with the next of its answers.
type scripted struct {
	*sqlrecords.Records

	t       *testing.T
	answers map[string][]any // []any is a row, error an error, int the number of rows, nil no row
	commit  error
	ended   bool
}

func newScripted(t *testing.T, d sqlrecords.Dialect, answers map[string][]any) *scripted {
	t.Helper()
	s := &scripted{t: t, answers: answers}
	records, err := sqlrecords.New(s, d, sqlrecords.Table{})
	require.NoError(t, err)
	s.Records = records
	return s
}

func (s *scripted) next(query string) any {
	for name, left := range s.answers {
		if s.Statement(name) == query && len(left) > 0 {
			if len(left) > 1 { // the last answer stays
				s.answers[name] = left[1:]
			}
			return left[0]
		}
	}
	require.Fail(s.t, "no answer", query)
	return nil
}

func (s *scripted) Exec(_ context.Context, query string, _ ...any) (int64, error) {
	switch a := s.next(query).(type) {
	case error:
		return 0, a
	case int:
		return int64(a), nil
	}
	return 0, nil
}

func (s *scripted) Query(_ context.Context, query string, _ []any, each func(func(...any) error) error) error {
	switch a := s.next(query).(type) {
	case error:
		return a
	case []any:
		return each(func(into ...any) error {
			for i := range into {
				reflect.ValueOf(into[i]).Elem().Set(reflect.ValueOf(a[i]))
			}
			return nil
		})
	}
	return nil
}

func (s *scripted) Commit(context.Context) error { s.ended = true; return s.commit }

func (s *scripted) Rollback(context.Context) error {
	if s.ended {
		return sql.ErrTxDone
	}
	s.ended = true
	return nil
}

// begin starts a transaction, which the same script answers.
func (s *scripted) begin(context.Context) (sqlrecords.Tx, error) { return s, nil }

// row is a row of the table, as the statement of a claim returns it.
func row(state driver.State, owner driver.Owner, remaining time.Duration, gone, won bool) []any {
	return []any{
		make([]byte, 32), int16(state), owner[:], int64(3), []byte("print"), []byte(nil), []byte(nil), false, false, true, false,
		remaining.Microseconds(), int64(7), "namespace", "workflow", "run", "type", "id", int32(1), gone, won,
	}
}

func claim() driver.Claim {
	return driver.Claim{Owner: us, Lease: time.Millisecond, Retain: time.Hour}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	review := claim()
	review.NeedsReview = true
	for name, c := range map[string]struct {
		dialect sqlrecords.Dialect
		claim   driver.Claim
		answers map[string][]any
		won     bool
		state   driver.State
		err     string
	}{
		"is won": {claim: claim(), won: true, state: driver.StateInProgress, answers: map[string][]any{
			"claim": {row(driver.StateInProgress, us, time.Hour, false, true)},
		}},
		"is won again by its owner": {claim: claim(), won: true, state: driver.StateInProgress, answers: map[string][]any{
			"claim": {nil}, "get": {row(driver.StateInProgress, us, time.Hour, false, false)},
		}},
		"is not won from another owner": {claim: claim(), state: driver.StateInProgress, answers: map[string][]any{
			"claim": {nil}, "get": {row(driver.StateInProgress, others, time.Hour, false, false)},
		}},
		"is not won when the work is completed": {claim: claim(), state: driver.StateCompleted, answers: map[string][]any{
			"claim": {nil}, "get": {row(driver.StateCompleted, others, 0, false, false)},
		}},
		"is tried again when others were faster": {claim: claim(), won: true, state: driver.StateInProgress, answers: map[string][]any{
			"claim": {nil, nil, row(driver.StateInProgress, us, time.Hour, false, true)},
			"get":   {nil, row(driver.StateReleased, others, 0, false, false)},
		}},
		"gives up when others are always faster": {claim: claim(), err: "claim it again", answers: map[string][]any{
			"claim": {nil}, "get": {row(driver.StateReleased, others, 0, false, false)},
		}},
		"leaves abandoned work to a person": {claim: review, state: driver.StateIndeterminate, answers: map[string][]any{
			"claim": {nil}, "get": {row(driver.StateInProgress, others, -time.Second, false, false)},
			"review": {row(driver.StateIndeterminate, others, 0, false, false)},
		}},
		"does not wait for another transaction": {claim: claim(), state: driver.StateInProgress, answers: map[string][]any{
			"claim": {sqlState("55P03")}, "get": {nil},
		}},
		"waits for other writers of SQLite": {
			dialect: sqlrecords.SQLite, claim: claim(), err: "could not claim a record: database is locked",
			answers: map[string][]any{"claim": {errors.New("database is locked")}},
		},
		"fails with the database":  {claim: claim(), err: "could not claim a record", answers: map[string][]any{"claim": {errBroken}}},
		"refuses an invalid claim": {err: "a lease of 0s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.dialect == "" {
				c.dialect = sqlrecords.PostgreSQL
			}
			got, err := newScripted(t, c.dialect, c.answers).Claim(t.Context(), c.claim)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.won, got.Won)
			require.Equal(t, c.state, got.Record.State)
		})
	}
}
