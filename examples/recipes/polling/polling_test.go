package polling_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/examples/recipes/polling"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

func TestWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []string // the last one is repeated
		want    string
		err     string
		looks   int
		after   time.Duration
	}{
		"a job that is done after two minutes": {
			answers: []string{"running", "running", "done"}, want: "r7", looks: 3, after: 2 * polling.Interval,
		},
		"a service that is down for a minute": {answers: []string{"down", "done"}, want: "r7", looks: 2, after: polling.Interval},
		"a job that fails":                    {answers: []string{"failed"}, err: "job j7 has failed: r7", looks: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(retry.InterceptorOptions{})}})
			looks := 0
			env.RegisterActivity(&polling.Activities{Status: func(context.Context, string) (state, result string, err error) {
				state = c.answers[min(looks, len(c.answers)-1)]
				if looks++; state == "down" {
					return "", "", errors.New("connection refused")
				}
				return state, "r7", nil
			}})
			start := env.Now()
			env.ExecuteWorkflow(polling.Wait, "j7")
			var got string
			if err := env.GetWorkflowResult(&got); c.err != "" {
				require.ErrorContains(t, err, c.err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.looks, looks)
			require.WithinDuration(t, start.Add(c.after), env.Now(), time.Second)
		})
	}
}
