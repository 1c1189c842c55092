package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

func (l *ledger) Batch(ctx context.Context, c idempotency.Claim, f idempotency.Final, queue func(*tx) error) (idempotency.Claimed, error) {
	return l.Transact(ctx, c, func(_ context.Context, t *tx, _ idempotency.Record) (idempotency.Final, error) { return f, queue(t) })
}

// The write is there once, with its record, and what was returned comes again.
func TestInBatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		broken int
		result error // of the first attempt
		write  error // likewise
	}{
		"at once":                     {0, nil, nil},
		"the first commit fails":      {1, nil, nil},
		"the first result fails":      {0, errors.New("no such account"), nil},
		"the first statements do not": {0, nil, errors.New("nothing to write")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &ledger{Store: memstore.New(memstore.Options{}), broken: c.broken}
			env, results := testenv.New(), 0
			book := idempotency.InBatch(idempotency.NewGuard(l, nil, idempotency.Options{}), l,
				func(_ context.Context, o order) (string, error) {
					results++
					err := c.result
					c.result = nil
					return "row " + o.ID, err
				},
				func(t *tx, o order, _ string) error {
					err := c.write
					c.write = nil
					t.rows = append(t.rows, o.ID)
					return err
				}, idempotency.Call{Key: byOrder})
			env.RegisterActivityWithOptions(book, activity.RegisterOptions{Name: "Book"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				for range 2 {
					var row string
					ctx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: "same", StartToCloseTimeout: time.Minute})
					if err := workflow.ExecuteActivity(ctx, "Book", o1).Get(ctx, &row); err != nil {
						return err
					}
					require.Equal(t, "row o-1", row)
				}
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, []string{"o-1"}, l.rows)
			require.LessOrEqual(t, results, 3)
		})
	}
}
