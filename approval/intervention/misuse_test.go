package intervention_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

func TestRegisterRefusesMisuse(t *testing.T) {
	t.Parallel()
	guard, charge, env := idempotencytest.New().Guard, new(bank).charge, testenv.New()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"no registry": {
			err:  intervention.Register(nil, guard, "Charge", charge, idempotency.ActivityOptions{}),
			want: `Register of activity "Charge" needs a registry, a guard, a name and a function`,
		},
		"no guard": {
			err: intervention.Register(env, nil, "Charge", charge, idempotency.ActivityOptions{}), want: "needs a registry, a guard",
		},
		"no name": {err: intervention.Register(env, guard, "", charge, idempotency.ActivityOptions{}), want: "needs a registry, a guard"},
		"no function": {
			err:  intervention.Register[order, receipt](env, guard, "Charge", nil, idempotency.ActivityOptions{}),
			want: "needs a registry, a guard",
		},
		"a key": {
			err: intervention.Register(env, guard, "Charge", charge, idempotency.ActivityOptions{
				Key: idempotency.KeyFunc(func(o order) string { return o.Card }),
			}),
			want: "have a Key or a ChainStep, and Execute names the work; leave them out",
		},
		"a step of a chain": {
			err: intervention.Register(env, guard, "Charge", charge, idempotency.ActivityOptions{ChainStep: "charge"}), want: "leave them out",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, c.err, c.want)
		})
	}
}

func TestRegisterPanicsAtOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() {
		o := idempotency.ActivityOptions{Retain: -1}
		_ = intervention.Register(testenv.New(), idempotencytest.New().Guard, "Charge", new(bank).charge, o)
	})
}

func TestExecuteRefusesMisuse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		gates    bool
		activity string
		request  intervention.Request[order]
		want     string
	}{
		"no gates":    {activity: "Charge", request: intervention.Request[order]{ID: "charge"}, want: "needs a context, gates"},
		"no activity": {gates: true, request: intervention.Request[order]{ID: "charge"}, want: "needs a context, gates"},
		"no ID":       {gates: true, activity: "Charge", want: "needs a context, gates"},
		"a negative number of questions": {
			gates: true, activity: "Charge", request: intervention.Request[order]{ID: "charge", MaxQuestions: -1},
			want: `MaxQuestions of request "charge" is -1; set it to 1 or more, or to 0 for 20`,
		},
		"a policy that no one can fulfill": {
			gates: true, activity: "Charge", request: intervention.Request[order]{ID: "charge"},
			want: `request "charge" cannot be asked: policy: there are 0 stages`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return err
				}
				if !c.gates {
					gates = nil
				}
				_, err = intervention.Execute[order, receipt](ctx, gates, c.activity, order{}, c.request)
				return err
			})
			err := env.GetWorkflowError()
			require.ErrorContains(t, err, c.want)
		})
	}
}

// The activity of another package under the same name would read a call as its input.
func TestExecuteReachesOnlyRegisteredActivities(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(0))
	s.env.RegisterActivityWithOptions(s.bank.charge, activity.RegisterOptions{Name: "Charge"})
	s.env.ExecuteWorkflow(s.workflow)
	require.ErrorContains(t, s.env.GetWorkflowError(), "intervention.Charge")
	require.Zero(t, s.bank.calls)
}

func TestAnUnknownStepDoesNothing(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(0))
	require.NoError(t, intervention.Register(s.env, s.kit.Guard, "Charge", s.bank.charge, s.options))
	s.env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, activityOptions())
		return workflow.ExecuteActivity(ctx, "intervention.Charge", map[string]string{"step": "split", "work": "w"}).Get(ctx, nil)
	})
	require.ErrorContains(t, s.env.GetWorkflowError(), `this worker does not know the step "split"; upgrade the worker`)
	require.Zero(t, s.bank.calls)
}
