package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A second NewGates is an error, at once or when its gates are awaited, and never
// takes the votes of the first.
func TestNewGatesTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		later        time.Duration
		interceptors []interceptor.WorkerInterceptor
		atOnce       bool
	}{
		"at once":                        {0, nil, true},
		"at once, with the interceptor":  {0, []interceptor.WorkerInterceptor{signals.NewInterceptor()}, true},
		"later":                          {time.Minute, nil, false},
		"later, with the interceptor":    {time.Minute, []interceptor.WorkerInterceptor{signals.NewInterceptor()}, true},
		"a day later":                    {24 * time.Hour, nil, false},
		"a day later, and by the plugin": {24 * time.Hour, []interceptor.WorkerInterceptor{signals.NewInterceptor()}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, c.interceptors...)
			r.signal(time.Second, wire{"no": "vote"})
			r.RegisterDelayedCallback(func() { r.SignalWorkflow("approval.NewGates", "from elsewhere") }, 2*time.Second)
			r.RegisterDelayedCallback(func() { r.SignalWorkflow("approval.NewGates", nil) }, 3*time.Second)
			r.update(25*time.Hour, vote("1", "ann", policy.ChoiceApprove))
			r.ExecuteWorkflow(func(ctx workflow.Context) (policy.State, error) {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return "", err
				}
				if c.later > 0 {
					if err := workflow.Sleep(ctx, c.later); err != nil {
						return "", err
					}
				}
				second, err := approval.NewGates(ctx, approval.Options{})
				require.Equal(t, c.atOnce, err != nil, "%v", err)
				if err == nil {
					other := oneOf("report 8")
					other.ID = "other"
					_, err = approval.Await(ctx, second, other)
					_, again := approval.Open(ctx, second, request())
					require.Equal(t, approval.ReasonInvalidRequest, reasonOf(again))
				}
				require.Equal(t, approval.ReasonInvalidRequest, reasonOf(err))
				require.ErrorContains(t, err, "NewGates was called before in this run")
				q := oneOf("report 7")
				q.Policy = q.Policy.Within(48 * time.Hour)
				out, err := approval.Await(ctx, gates, q)
				return out.State, err
			})
			var got policy.State
			require.NoError(t, r.GetWorkflowResult(&got))
			require.Equal(t, policy.StateApproved, got, "%v", r.errs)
		})
	}
}
