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

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// outer is an interceptor outside the one of this package.
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
		"an error of the user's type":              &cardError{"51"},
		"an HTTP status":                           &classify.ResponseError{StatusCode: 404, RetryAfter: time.Minute},
		"an SQLSTATE":                              sqlError("23505"),
		"context.DeadlineExceeded":                 context.DeadlineExceeded,
		"a wrapped error":                          fmt.Errorf("charging: %w", &cardError{"51"}),
		"a joined error":                           errors.Join(errors.New("x"), &classify.ResponseError{StatusCode: 404}),
		"an application error":                     again,
		"an application error that can be retried": fmt.Errorf("charging: %w", again),
		"a delay that is longer than there is time": temporal.NewApplicationErrorWithOptions("x", "X",
			temporal.ApplicationErrorOptions{NextRetryDelay: 10 * time.Hour}),
	} {
		for with, o := range map[string]retry.InterceptorOptions{
			"zero": {}, "shadow": {Shadow: true}, "another activity": {ClassifyOnly: func(name string) bool { return name == "Refund" }},
			"a classifier that knows nothing": {Classify: classify.Chain()},
		} {
			if with == "a classifier that knows nothing" && name == "an application error that can be retried" {
				continue // it comes to the top, see TestClassifyReturnsTheApplicationError
			}
			require.True(t, err == seenOutside(t, o, "Charge", err), "%s, %s", name, with) //nolint:errorlint,testifylint // the value itself
		}
	}
}

// With Classify, an application error in the chain is what Temporal is told.
func TestClassifyReturnsTheApplicationError(t *testing.T) {
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
func TestClassifiedErrorWrapsTheOriginal(t *testing.T) {
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
func TestPolicyMayListATypeOfAClassifier(t *testing.T) {
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
