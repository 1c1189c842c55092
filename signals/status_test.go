package signals_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
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

// OnDeadLetter gets the dead letter and its payload.
func TestOnDeadLetterGetsThePayload(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", "no item at all") }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
		var heard []string
		ch := items.Channel(ctx, signals.Options{OnDeadLetter: func(l signals.DeadLetter, raw converter.RawValue) {
			heard = append(heard, l.Message, string(raw.Payload().GetData()), strings.SplitN(l.Reason, ":", 2)[0])
		}})
		_, _, err := ch.ReceiveWithTimeout(ctx, time.Hour)
		return heard, err
	})
	var heard []string
	require.NoError(t, env.GetWorkflowResult(&heard))
	require.Equal(t, []string{"item", `"no item at all"`, "message is not a signals_test.item"}, heard)
}

// A panic of OnDeadLetter does not stop the run.
func TestPanicOfOnDeadLetterDoesNotStopTheRun(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]any{"a string": "no page", "an error": errors.New("no page"), "a nil dereference": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			at(env, time.Minute, "no payment")
			at(env, 2*time.Minute, payment{Amount: 7})
			env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
				p, err := paid.Channel(ctx, signals.Options{OnDeadLetter: func(signals.DeadLetter, converter.RawValue) {
					var none *payment
					if p == nil {
						none.Amount++
					}
					//archtest:panic that is what is tested
					panic(p)
				}}).Receive(ctx)
				return p.Amount, err
			})
			var got int
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, 7, got)
		})
	}
}
