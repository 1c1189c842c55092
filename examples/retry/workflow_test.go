package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

func newEnv() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute) // the SDK's three seconds are few on a busy machine
	register(env, &Activities{})
	return env
}

// A server would refuse a bad policy again and again, and nobody would be told.
func TestPolicy(t *testing.T) {
	t.Parallel()
	require.NoError(t, retry.Validate(policy))
}

func TestCheckout(t *testing.T) {
	t.Parallel()
	budget := retry.BudgetExceeded{RetryAfter: time.Hour, Remaining: time.Minute}
	final := func(typ string, details ...any) error {
		return temporal.NewNonRetryableApplicationError("told", typ, nil, details...)
	}
	cases := map[string]struct {
		err  error
		want Outcome
	}{
		"charged": {nil, Outcome{State: Charged, Receipt: "receipt"}},
		"refused": {final("HTTP400"), Outcome{State: Refused, Reason: "told"}},
		"over budget": {final(retry.ReasonBudgetExceeded.Error(), budget), Outcome{
			State: Held, Reason: "told",
			Budget: &budget,
		}},
		"over budget, without the times": {final(retry.ReasonBudgetExceeded.Error()), Outcome{
			State: Held, Reason: "told",
			Budget: &retry.BudgetExceeded{},
		}},
		"no time left": {temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil), Outcome{
			State: Held, Reason: "Test timeout (type: ScheduleToClose)",
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv()
			env.OnActivity("Charge", mock.Anything, mock.Anything).Return("receipt", c.err)
			env.ExecuteWorkflow(Checkout, Order{ID: "o"})
			var got Outcome
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
		})
	}
}

// A person who cancels a checkout learns that it was canceled.
func TestCheckoutCanceled(t *testing.T) {
	t.Parallel()
	env := newEnv()
	env.OnActivity("Charge", mock.Anything, mock.Anything).Return("", temporal.NewApplicationError("down", "HTTP503"))
	env.RegisterDelayedCallback(env.CancelWorkflow, 10*time.Second)
	env.ExecuteWorkflow(Checkout, Order{ID: "o"})
	require.True(t, temporal.IsCanceledError(env.GetWorkflowError()), "%v", env.GetWorkflowError())
}
