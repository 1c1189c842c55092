package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// outer stands outside the interceptor, as that of a team does.
type outer struct {
	interceptor.WorkerInterceptorBase

	saw error
}

type outerInbound struct {
	interceptor.ActivityInboundInterceptorBase

	o *outer
}

func (o *outer) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &outerInbound{o: o}
	in.Next = next
	return in
}

func (i *outerInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := i.Next.ExecuteActivity(ctx, in)
	i.o.saw = err
	return result, err
}

// seenOutside returns what an interceptor further out gets of an activity of that type.
func seenOutside(t *testing.T, o retry.InterceptorOptions, typ string, err error) error {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	out := &outer{}
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{out, thirdAttempt(nil), retry.NewInterceptor(o)}})
	fn := func(context.Context) error { return err }
	env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: typ})
	_, failed := env.ExecuteActivity(typ)
	require.Error(t, failed)
	return out.saw
}

type cardError struct{ code string }

func (e *cardError) Error() string { return "card " + e.code }

// With default options an error about which the activity's own code says nothing
// is the same value outside, in its third attempt under a policy as in its first.
func TestDefaultOptionsChangeNothing(t *testing.T) {
	t.Parallel()
	again := temporal.NewApplicationErrorWithOptions("busy", "Busy", temporal.ApplicationErrorOptions{
		NextRetryDelay: time.Hour, Category: temporal.ApplicationErrorCategoryBenign,
	})
	for name, err := range map[string]error{
		"own type":             &cardError{"51"},
		"a status":             &classify.ResponseError{StatusCode: 404, RetryAfter: time.Minute},
		"an SQLSTATE":          sqlError("23505"),
		"the end of a call":    context.DeadlineExceeded,
		"wrapped":              fmt.Errorf("charging: %w", &cardError{"51"}),
		"a join":               errors.Join(errors.New("x"), &classify.ResponseError{StatusCode: 404}),
		"an application error": again,
		"an application error that can be retried": fmt.Errorf("charging: %w", again),
		"a delay that is longer than there is time": temporal.NewApplicationErrorWithOptions("x", "X",
			temporal.ApplicationErrorOptions{NextRetryDelay: 10 * time.Hour}),
	} {
		for with, o := range map[string]retry.InterceptorOptions{
			"zero": {}, "shadow": {Shadow: true}, "another activity": {ClassifyOnly: func(name string) bool { return name == "Refund" }},
			"a classifier that knows nothing": {Classify: classify.Chain()},
		} {
			if with == "a classifier that knows nothing" && name == "an application error that can be retried" {
				continue // it comes to the top, see TestClassifyLiftsApplicationErrors
			}
			require.True(t, err == seenOutside(t, o, "Charge", err), "%s, %s", name, with) //nolint:errorlint,testifylint // the value itself
		}
	}
}

// With Classify, an application error in the chain is what Temporal is told.
func TestClassifyLiftsApplicationErrors(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("charging: %w", temporal.NewApplicationErrorWithOptions("busy", "Busy", temporal.ApplicationErrorOptions{
		NextRetryDelay: time.Hour, Category: temporal.ApplicationErrorCategoryBenign, Details: []any{7, nil},
	}))
	seen := seenOutside(t, retry.InterceptorOptions{Classify: classify.Chain()}, "Charge", err)
	app, ok := seen.(*temporal.ApplicationError) //nolint:errorlint // the outermost
	require.True(t, ok)
	require.Equal(t, "Busy", app.Type())
	require.Equal(t, time.Hour, app.NextRetryDelay())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.True(t, app.HasDetails())
	require.False(t, app.NonRetryable())
	require.ErrorIs(t, app, err)
}

// Errors are classified where that was asked for, and the original is still found.
func TestClassifyOnly(t *testing.T) {
	t.Parallel()
	declined := errors.Join(&cardError{"51"}, &classify.ResponseError{StatusCode: 400})
	for _, o := range []retry.InterceptorOptions{
		{Classify: classify.Default},
		{ClassifyOnly: func(name string) bool { return name == "Charge" }},
	} {
		saw := seenOutside(t, o, "Charge", declined)
		var app *temporal.ApplicationError
		require.ErrorAs(t, saw, &app)
		require.True(t, app.NonRetryable())
		require.Equal(t, "HTTP400", app.Type())
		var card *cardError
		require.ErrorAs(t, saw, &card)
		require.ErrorIs(t, saw, declined)
	}
}

// A type that a classifier gives may be listed too.
func TestTheTypeOfAClassifierMayBeListed(t *testing.T) {
	t.Parallel()
	listed := thirdAttempt(func(i *activity.Info) {
		i.RetryPolicy = &temporal.RetryPolicy{NonRetryableErrorTypes: []string{"HTTP503"}}
	})
	app := failed(t, retry.InterceptorOptions{Classify: classify.Default}, listed, &classify.ResponseError{
		StatusCode: 503,
		RetryAfter: time.Minute,
	})
	require.True(t, app.NonRetryable())
	require.Zero(t, app.NextRetryDelay())
}

// In shadow, what would change is logged and counted, and nothing changes.
func TestShadow(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(retry.NewInterceptor(retry.InterceptorOptions{Shadow: true}))
	failures := []error{
		&classify.ResponseError{StatusCode: 503, RetryAfter: time.Minute}, errors.New("x"), retry.After(errors.New("x"), time.Second),
		temporal.NewApplicationError("x", "X"), &classify.ResponseError{StatusCode: 400}, &classify.ResponseError{StatusCode: 404},
	}
	attempts := 0
	env.RegisterActivityWithOptions(func() error { attempts++; return failures[attempts-1] }, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		policy := &temporal.RetryPolicy{MaximumAttempts: 6}
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: policy})
		return workflow.ExecuteActivity(ctx, "Charge").Get(ctx, nil)
	})
	require.Error(t, env.GetWorkflowError())
	require.Equal(t, 6, attempts, "nothing ends it")
	const metric = "temporal_patterns_activity_failures_shadow"
	require.EqualValues(t, 1, observed.Counter(metric, "retryable"))
	require.EqualValues(t, 2, observed.Counter(metric, "non_retryable"))
	require.Zero(t, observed.Counter(metric, "unknown"))
	lines := observed.Lines("the classifier would change this failure")
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], "Retryability=retryable Type=HTTP503 TypeNow=ResponseError Delay=1m0s")
	require.Contains(t, lines[1], "Retryability=non_retryable Type=HTTP400")
}
