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
	env.RegisterWorkflow(Checkout)
	env.RegisterActivity(&Activities{})
	return env
}

// The server refuses a bad policy again and again, and no one learns of it.
func TestPolicyIsValid(t *testing.T) {
	t.Parallel()
	require.NoError(t, retry.Validate(policy))
}

func TestCheckoutEndsAsTheLastFailureSays(t *testing.T) {
	t.Parallel()
	budget := retry.BudgetExceeded{RetryAfter: time.Hour, Remaining: time.Minute}
	exceeded := retry.ReasonBudgetExceeded.Error()
	final := func(typ string, details ...any) error {
		return temporal.NewNonRetryableApplicationError("failed", typ, nil, details...)
	}
	cases := map[string]struct {
		err  error
		want Outcome
	}{
		"a charge":                   {want: Outcome{State: StateCharged, Receipt: "receipt"}},
		"a refusal":                  {err: final("HTTP400"), want: Outcome{State: StateRefused, Reason: "failed"}},
		"a wait beyond the budget":   {err: final(exceeded, budget), want: Outcome{State: StateHeld, Reason: "failed", Budget: &budget}},
		"a wait of unknown duration": {err: final(exceeded), want: Outcome{State: StateHeld, Reason: "failed", Budget: &retry.BudgetExceeded{}}},
		"the end of ScheduleToClose": {
			err:  temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil),
			want: Outcome{State: StateHeld, Reason: "Test timeout (type: ScheduleToClose)"},
		},
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

func TestCanceledCheckoutEndsAsCanceled(t *testing.T) {
	t.Parallel()
	env := newEnv()
	env.OnActivity("Charge", mock.Anything, mock.Anything).Return("", temporal.NewApplicationError("down", "HTTP503"))
	env.RegisterDelayedCallback(env.CancelWorkflow, 10*time.Second)
	env.ExecuteWorkflow(Checkout, Order{ID: "o"})
	require.True(t, temporal.IsCanceledError(env.GetWorkflowError()), "%v", env.GetWorkflowError())
}
