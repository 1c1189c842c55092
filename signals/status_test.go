package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestStatus(t *testing.T) {
	t.Parallel()

	t.Run("counts all dead letters, keeps the last 16 with the reason, never the payload", func(t *testing.T) {
		t.Parallel()
		env := testenv.New()
		for i := range 20 {
			at(env, time.Minute, map[string]string{"amount": fmt.Sprintf("secret-%d", i)})
		}
		at(env, 2*time.Minute, payment{Amount: 1})
		at(env, 2*time.Minute, payment{Amount: 2})
		env.ExecuteWorkflow(func(ctx workflow.Context) (payment, error) {
			if err := workflow.Sleep(ctx, time.Hour); err != nil {
				return payment{}, err
			}
			return paid.Channel(ctx, signals.Options{}).Receive(ctx)
		})
		require.NoError(t, env.GetWorkflowError())
		status, err := paid.Status(t.Context(), &fakeClient{env: env}, signals.Ref{WorkflowID: "order-1"})
		require.NoError(t, err)
		require.Equal(t, 1, status.Received)
		require.Equal(t, 1, status.Waiting)
		require.Equal(t, 20, status.DeadLetters.Count)
		require.Len(t, status.DeadLetters.Last, 16)
		last := status.DeadLetters.Last[15]
		require.Equal(t, "paid", last.Message)
		require.Equal(t, len(`{"amount":"secret-19"}`), last.Size)
		require.Contains(t, last.Reason, "amount")
		require.NotContains(t, fmt.Sprint(status), "secret")
	})

	t.Run("dead letters are logged and counted", func(t *testing.T) {
		t.Parallel()
		env, observed := testenv.NewObserved()
		at(env, time.Second, "secret")
		env.ExecuteWorkflow(receiveOnce(signals.DeadlineAcceptLate))
		require.NoError(t, env.GetWorkflowError())
		require.EqualValues(t, 1, observed.Counter("temporal_patterns_dead_letters", "paid"))
		require.Contains(t, observed.Logs(), "dead letter")
		require.NotContains(t, observed.Logs(), "secret")
	})

	t.Run("says what to check when the workflow does not answer", func(t *testing.T) {
		t.Parallel()
		env := testenv.New()
		env.ExecuteWorkflow(func(workflow.Context) error { return nil })
		_, err := paid.Status(t.Context(), &fakeClient{env: env}, signals.Ref{WorkflowID: "order-1"})
		require.ErrorContains(t, err, "that the workflow handles the query")
	})
}
