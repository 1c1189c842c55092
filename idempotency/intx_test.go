package idempotency_test

import (
	"context"
	"errors"
	"sync/atomic"
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

// ledger is a database of business writes and records; tx is a transaction of it.
type (
	ledger struct {
		*memstore.Store
		rows   []string
		broken int // so many commits fail
		claims atomic.Int32
	}
	tx struct{ rows []string }
)

func (l *ledger) Transact(ctx context.Context, c driver.Claim, run func(context.Context, *tx, driver.Record) (driver.Completion,
	error),
) (driver.ClaimResult, error) {
	got, err := l.Claim(ctx, c)
	l.claims.Add(1)
	if err != nil || !got.Won {
		return got, err
	}
	ref := driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}
	t := &tx{}
	f, err := run(ctx, t, got.Record)
	if err == nil && l.broken > 0 {
		l.broken--
		err = errors.New("the connection is gone")
	}
	if err != nil { // rolled back, the claim too
		return driver.ClaimResult{}, errors.Join(err, l.Renew(ctx, ref, driver.Renewal{}), l.Delete(ctx, c.Key))
	}
	l.rows = append(l.rows, t.rows...)
	return got, l.Finish(ctx, ref, f)
}

// The write is there once, whatever becomes of attempts.
func TestInTx(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		broken int
		errs   []error // of the attempts, in order
		want   string
	}{
		"the first attempt commits": {},
		"the first commit fails":    {broken: 1},
		"the first attempt fails":   {errs: []error{errors.New("no such account")}},
		"a non-retryable error": {
			errs: []error{temporal.NewNonRetryableApplicationError("closed", "Closed", nil)}, want: "closed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &ledger{Store: memstore.New(memstore.Options{}), broken: c.broken}
			guard := guardOn(l)
			env := testenv.New()
			errs := c.errs
			book := idempotency.InTx(guard, l, func(ctx context.Context, t *tx, o order) (string, error) {
				t.rows = append(t.rows, o.ID)
				if len(errs) > 0 {
					err := errs[0]
					errs = errs[1:]
					return "", err
				}
				key, _, _ := idempotency.FencingToken(ctx)
				return "row " + o.ID, map[bool]error{true: errors.New("no key")}[key == ""]
			}, idempotency.ActivityOptions{Key: byOrder})
			env.RegisterActivityWithOptions(book, activity.RegisterOptions{Name: "Book"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				options := workflow.ActivityOptions{ActivityID: "same", StartToCloseTimeout: time.Minute}
				for range 2 {
					var row string
					if err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Book", o1).Get(ctx, &row); err != nil {
						return err
					}
					require.Equal(t, "row o-1", row)
				}
				return nil
			})
			if c.want != "" {
				require.ErrorContains(t, env.GetWorkflowError(), c.want)
				require.Empty(t, l.rows)
				return
			}
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, []string{"o-1"}, l.rows)
		})
	}
}

// Work that was abandoned without a transaction, and is another's.
func TestInTxTakesOver(t *testing.T) {
	t.Parallel()
	l := &ledger{Store: memstore.New(memstore.Options{})}
	guard := guardOn(l)
	env := testenv.New()
	c := idempotency.ActivityOptions{Key: func([]any) (string, error) { return "same", nil }}
	env.RegisterActivityWithOptions(idempotency.Wrap(guard, func(context.Context, order) (int, error) { return 0, errors.New("reset") }, c),
		activity.RegisterOptions{Name: "Book"})
	other := testenv.New()
	other.RegisterActivityWithOptions(idempotency.InTx(guard, l, func(_ context.Context, t *tx, o order) (int, error) {
		t.rows = append(t.rows, o.ID)
		return 7, nil
	}, c), activity.RegisterOptions{Name: "Book"})
	once := func(o order) func(workflow.Context) error {
		return func(ctx workflow.Context) error {
			options := workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}}
			return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Book", o).Get(ctx, nil)
		}
	}
	env.ExecuteWorkflow(once(o1))
	require.ErrorContains(t, env.GetWorkflowError(), "reset")
	other.ExecuteWorkflow(once(o2))
	require.Equal(t, idempotency.ReasonMismatch, reasonOf(other.GetWorkflowError()), "%v", other.GetWorkflowError())
	require.Empty(t, l.rows)
}

// Two attempts at once: the second does not write, and gets the first one's result.
func TestInTxWhileAnotherWrites(t *testing.T) {
	t.Parallel()
	l := &ledger{Store: memstore.New(memstore.Options{})}
	guard := guardOn(l)
	begun, finish := make(chan struct{}), make(chan struct{})
	book := idempotency.InTx(guard, l, func(_ context.Context, t *tx, o order) (int, error) {
		t.rows = append(t.rows, o.ID)
		close(begun)
		<-finish
		return 7, nil
	}, idempotency.ActivityOptions{Key: byOrder})
	results := make(chan int, 2)
	run := func() {
		env := testenv.New()
		env.RegisterActivityWithOptions(book, activity.RegisterOptions{Name: "Book"})
		env.ExecuteWorkflow(func(ctx workflow.Context) (got int, err error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			err = workflow.ExecuteActivity(ctx, "Book", o1).Get(ctx, &got)
			return got, err
		})
		var got int
		_ = env.GetWorkflowResult(&got)
		results <- got
	}
	go run()
	<-begun
	go run()
	require.Eventually(t, func() bool { return l.claims.Load() >= 2 }, soon, often, "the second waits for the first")
	close(finish)
	require.Equal(t, 7, <-results)
	require.Equal(t, 7, <-results)
	require.Equal(t, []string{"o-1"}, l.rows)
}
