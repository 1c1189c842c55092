package retry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The server reads its clock twice, once for the end of an attempt and once for
// the next one's time. This is how much there may be between the two.
const lag = time.Second

var errBroken = errors.New("broken")

// The waits that the server plans, by its own account, are those of Plan: all
// of them without jitter, and none is longer with it.
func TestPlan(t *testing.T) {
	t.Parallel()
	slower := retry.Transient()
	slower.InitialInterval = 400 * time.Millisecond
	policies := map[string]struct {
		policy temporal.RetryPolicy
		fails  int32
	}{
		"fast":       {temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 1.5, MaximumInterval: time.Second}, 5},
		"doubling":   {temporal.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Second}, 5},
		"equal":      {temporal.RetryPolicy{InitialInterval: 300 * time.Millisecond, BackoffCoefficient: 1}, 5},
		"odd":        {temporal.RetryPolicy{InitialInterval: 123_456_789, BackoffCoefficient: 1.37}, 5},
		"by default": {temporal.RetryPolicy{}, 3}, // of the server
		"partly":     {temporal.RetryPolicy{InitialInterval: 150 * time.Millisecond}, 5},
		"transient":  {slower, 4},
	}
	workers := map[string]string{
		"plain": startPlain(t),
		"none":  startWorkerWith(t, "-none", retry.NewInterceptor(retry.InterceptorOptions{Jitter: retry.JitterNone})),
		"half":  startWorkerWith(t, "-half", retry.NewInterceptor(retry.InterceptorOptions{Jitter: retry.JitterEqual})),
		"full":  startWorkerWith(t, "-full", retry.NewInterceptor(retry.InterceptorOptions{Jitter: retry.JitterFull})),
	}
	for jitter, queue := range workers {
		for name, c := range policies {
			t.Run(jitter+", "+name, func(t *testing.T) {
				t.Parallel()
				j := start(t, queue, func(ctx context.Context, j *job, attempt int32) error {
					j.watch(ctx)
					if attempt <= c.fails {
						return errBroken
					}
					return nil
				}, Once, Call{StartToClose: time.Minute, Policy: c.policy})
				require.False(t, j.end().Failed)

				require.Len(t, j.waits, int(c.fails))
				plan := retry.Plan(c.policy, retry.Limits{StartToClose: time.Minute})
				for i, got := range j.waits {
					want := plan.Wait(i + 1)
					least := map[string]time.Duration{"plain": want, "none": want, "half": want / 2}[jitter]
					require.GreaterOrEqual(t, got, least, "after attempt %d", i+1)
					require.Positive(t, got)
					require.Less(t, got, want+lag, "after attempt %d", i+1)
				}
				t.Logf("planned %v, so it was %v", plan.Wait(1), j.waits)
			})
		}
	}
}
