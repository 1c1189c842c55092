package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// booked runs one attempt of an activity at a business key.
func booked(fn any) error {
	env := testenv.New()
	env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Book"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		policy := &temporal.RetryPolicy{MaximumAttempts: 1}
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 5 * time.Second, RetryPolicy: policy})
		return workflow.ExecuteActivity(ctx, "Book", o1).Get(ctx, nil)
	})
	return env.GetWorkflowError()
}

// Work that is completed elsewhere commits what it has written, such as a row of an
// outbox, and is not begun again.
func TestPendingInTxIsCommitted(t *testing.T) {
	t.Parallel()
	l := &ledger{Store: memstore.New(memstore.Options{})}
	g := guardOn(l)
	var got error
	book := idempotency.InTx(g, l, func(_ context.Context, t *tx, o order) (string, error) {
		t.rows = append(t.rows, o.ID)
		return "", activity.ErrResultPending
	}, idempotency.ActivityOptions{Key: byOrder})
	for range 2 {
		_ = booked(func(ctx context.Context, o order) (string, error) {
			_, got = book(ctx, o)
			return "", nil
		})
	}
	require.Equal(t, []string{"o-1"}, l.rows)
	require.ErrorIs(t, got, activity.ErrResultPending, "the next attempt")
	all, err := l.List(t.Context(), driver.Query{State: driver.StatePending, Limit: 9})
	require.NoError(t, err)
	require.Len(t, all, 1)
}

// Step and Rekey would write beside the transaction, and are refused with a reason.
func TestProgressInTxIsRefused(t *testing.T) {
	t.Parallel()
	step := func(ctx context.Context) error {
		_, err := idempotency.Step(ctx, "mail", func(context.Context) (int, error) { return 1, nil })
		return err
	}
	for name, use := range map[string]func(context.Context) error{
		"Step":      step,
		"RotateKey": func(ctx context.Context) error { return idempotency.RotateKey(ctx, "a") },
	} {
		l := &ledger{Store: memstore.New(memstore.Options{})}
		g := guardOn(l)
		err := booked(idempotency.InTx(g, l, func(ctx context.Context, t *tx, o order) (int, error) {
			t.rows = append(t.rows, o.ID)
			return 0, use(ctx)
		}, idempotency.ActivityOptions{Key: byOrder}))
		require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%s: %v", name, err)
		require.Empty(t, l.rows)
	}
}

// refusing is a database that refuses statements, or does not answer.
type refusing struct {
	*memstore.Store
	err error
}

func (r *refusing) Transact(ctx context.Context, c driver.Claim, run func(context.Context, *tx, driver.Record) (driver.Completion,
	error),
) (driver.ClaimResult, error) {
	if _, err := run(ctx, &tx{}, driver.Record{Fence: 1}); err != nil {
		return driver.ClaimResult{}, err
	}
	return driver.ClaimResult{}, r.err
}

// checkViolation is what a driver makes of a row that breaks a constraint.
type checkViolation struct{}

func (checkViolation) Error() string    { return "violates check constraint" }
func (checkViolation) SQLState() string { return "23514" }

// A statement that the database refuses is the activity's own error, and no store
// that is down.
func TestRefusedStatements(t *testing.T) {
	t.Parallel()
	db := &refusing{memstore.New(memstore.Options{}), nil}
	g := guardOn(db)
	var got error
	run := func(fn func(context.Context, order) (int, error)) error {
		_ = booked(func(ctx context.Context, o order) (int, error) { _, got = fn(ctx, o); return 0, got })
		return got
	}
	book := idempotency.InTx(g, db, func(context.Context, *tx, order) (int, error) { return 1, nil }, idempotency.ActivityOptions{})
	db.err = &driver.StatementError{Err: checkViolation{}}
	require.Equal(t, checkViolation{}, run(book))
	require.ErrorIs(t, db.err, checkViolation{})
	require.Equal(t, "violates check constraint", db.err.Error())
	require.Equal(t, checkViolation{}, run(idempotency.InTx(g, db, func(context.Context, *tx, order) (int, error) {
		return 1,
			checkViolation{}
	}, idempotency.ActivityOptions{})))
	db.err = errors.New("connection reset by peer: 10.0.0.7")
	require.Equal(t, idempotency.ReasonStoreUnavailable, reasonOf(run(book)))
	require.NotContains(t, got.Error(), "10.0.0.7", "and the history does not say where it is")
	// A mark of no effect means nothing here, and has no place in a history.
	reset := errors.New("reset")
	require.Equal(t, reset, run(idempotency.InTx(g, db, func(context.Context, *tx, order) (int, error) {
		return 1,
			idempotency.NoEffect(reset)
	}, idempotency.ActivityOptions{})))
}

// A function that ends its transaction itself is a mistake in the program: no attempt
// repeats it.
func TestEndedTransactionsAreMisuse(t *testing.T) {
	t.Parallel()
	db := &refusing{memstore.New(memstore.Options{}), driver.ErrTxEnded}
	g := guardOn(db)
	err := booked(idempotency.InTx(g, db, func(context.Context, *tx, order) (int, error) { return 1, nil }, idempotency.ActivityOptions{}))
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%v", err)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.True(t, app.NonRetryable())
}
