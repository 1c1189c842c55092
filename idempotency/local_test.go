package idempotency_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// A workflow task that fails after a local activity is done again: the same local
// activity ID gets its result, if it is the same request.
func TestRepeatedLocalActivity(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call  idempotency.ActivityOptions
		again []string // the items of the second task
		want  string
	}{
		"a local activity with the same request": {again: []string{"a"}, want: "1 [a]"},
		"a local activity with one more message": {again: []string{"a", "b"}},
		"a local activity with another request that is not compared": {
			call: idempotency.ActivityOptions{NoFingerprint: true}, again: []string{"a", "b"}, want: "1 [a]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, calls := newGuard(nil), 0
			charge := idempotency.Wrap(g, func(_ context.Context, items []string) (string, error) {
				calls++
				return fmt.Sprint(calls, " ", items), nil
			}, c.call)
			task := func(items []string) (got string, err error) { // each environment has the same run, and counts from 1
				env := testenv.New()
				env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
				env.ExecuteWorkflow(func(ctx workflow.Context) (got string, err error) {
					ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
					err = workflow.ExecuteLocalActivity(ctx, "Charge", items).Get(ctx, &got)
					return got, err
				})
				if err = env.GetWorkflowError(); err == nil {
					err = env.GetWorkflowResult(&got)
				}
				return got, err
			}
			_, err := task([]string{"a"})
			require.NoError(t, err)
			got, err := task(c.again)
			require.Equal(t, 1, calls)
			if c.want == "" {
				require.Equal(t, idempotency.ReasonMismatch, reasonOf(err), "%q %v", got, err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}
