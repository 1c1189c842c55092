package retry_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The SDK's test environment reports no reason: the error itself decides, and the
// policy's list if it is given.
func TestReasonInTheTestEnvironment(t *testing.T) {
	t.Parallel()
	policy := retry.Transient()
	policy.NonRetryableErrorTypes = retry.ErrorTypes(&myError{})
	for name, c := range map[string]struct {
		err   error
		of    retry.Reason
		under retry.Reason
	}{
		"an error": {err: errors.New("x"), of: retry.ReasonMaxAttempts, under: retry.ReasonMaxAttempts},
		"a final error that is wrapped": {
			err: fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("x", "X", nil)),
			of:  retry.ReasonNonRetryable, under: retry.ReasonNonRetryable,
		},
		"a listed type": {err: &myError{}, of: retry.ReasonMaxAttempts, under: retry.ReasonNonRetryable},
	} {
		env := testenv.New(retry.NewInterceptor(retry.InterceptorOptions{}))
		failing := func() error { return c.err }
		env.RegisterActivity(failing)
		env.ExecuteWorkflow(func(ctx workflow.Context) ([]retry.Reason, error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &policy})
			err := workflow.ExecuteActivity(ctx, failing).Get(ctx, nil)
			of, _ := retry.ReasonOf(err)
			under, _ := retry.ReasonUnder(policy, err)
			return []retry.Reason{of, under}, nil
		})
		var got []retry.Reason
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, []retry.Reason{c.of, c.under}, got, name)
	}
}
