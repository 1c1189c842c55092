package idempotency_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// payments is a struct of activities that fail, which leaves their effect open.
type payments struct{}

func (payments) Charge(context.Context, order) (int, error) { return 0, errors.New("connection reset") }

func (payments) Notify(context.Context, order) error { return errors.New("connection reset") }

func (payments) Lookup(context.Context, order) (any, error) {
	return nil, errors.New("connection reset")
}

func (payments) Refund(context.Context, order) (*int, error) {
	return nil, errors.New("connection reset")
}

// An operator's result of another type is refused for each form of guarded work, and
// the record waits for the right one.
func TestResolveRefusesResultOfAnotherType(t *testing.T) {
	t.Parallel()
	review := idempotency.ActivityOptions{ReviewAbandoned: true}
	registered := func(r *fixture, env *testsuite.TestWorkflowEnvironment) {
		calls := map[string]idempotency.ActivityOptions{"Charge": review, "Notify": review, "Lookup": review, "Refund": review}
		require.NoError(r.t, idempotency.Register(env, r.guard, payments{}, calls))
	}
	wrapped := func(r *fixture, env *testsuite.TestWorkflowEnvironment) {
		env.RegisterActivityWithOptions(idempotency.Wrap(r.guard, payments{}.Charge, review), activity.RegisterOptions{Name: "Charge"})
	}
	for name, c := range map[string]struct {
		activity string
		register func(*fixture, *testsuite.TestWorkflowEnvironment)
		wrong    []any
		right    any
	}{
		"a registered method":                      {activity: "Charge", register: registered, wrong: []any{"7", 7.0, nil}, right: 7},
		"a registered method without result":       {activity: "Notify", register: registered, wrong: []any{7}, right: nil},
		"a registered method that returns a value": {activity: "Lookup", register: registered, right: "7"},
		"a registered method that returns nil":     {activity: "Refund", register: registered, wrong: []any{7}, right: nil},
		"a wrapped function":                       {activity: "Charge", register: wrapped, wrong: []any{"7", nil}, right: 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, env := newFixture(t), testenv.New()
			c.register(r, env)
			env.ExecuteWorkflow(once(c.activity, o1))
			require.Error(t, env.GetWorkflowError())
			all, err := r.guard.List(t.Context(), driver.Query{State: driver.StateIndeterminate, Limit: 2})
			require.NoError(t, err)
			require.Len(t, all, 1)
			for _, wrong := range c.wrong {
				require.ErrorContains(t, r.guard.Resolve(t.Context(), all[0].Key, all[0].Fence, wrong), "give what the activity returns")
				require.Equal(t, driver.StateIndeterminate, r.stateOf(c.activity))
			}
			require.NoError(t, r.guard.Resolve(t.Context(), all[0].Key, all[0].Fence, c.right))
			require.Equal(t, driver.StateCompleted, r.stateOf(c.activity))
		})
	}
}

// A program that does not have the activities cannot know what they return.
func TestResolveOfUnknownActivityTakesAnyResult(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	_, err := r.do(idempotency.ActivityOptions{ReviewAbandoned: true}, errors.New("connection reset"))
	require.Error(t, err)
	all, err := r.guard.List(t.Context(), driver.Query{State: driver.StateIndeterminate, Limit: 2})
	require.NoError(t, err)
	require.Error(t, r.guard.Resolve(t.Context(), all[0].Key, all[0].Fence, "7"), "this guard has done the work")
	other := guardOn(r.store)
	require.NoError(t, other.Resolve(t.Context(), all[0].Key, all[0].Fence, "7"))
}

// The interceptor knows the type of a result that it has seen.
func TestInterceptorRefusesReconciledResultOfAnotherType(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		seen    []any // results of earlier activities of this type
		found   any
		refused bool
	}{
		"a text for a number":                   {seen: []any{7}, found: "7", refused: true},
		"a number for a number":                 {seen: []any{7}, found: 8},
		"nothing for a number":                  {seen: []any{7}, found: nil, refused: true},
		"no result was seen":                    {found: "7"},
		"only an activity without a result ran": {seen: []any{nil}, found: "7"},
		"results of several types were seen":    {seen: []any{7, "7"}, found: 7.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			calls := map[string]idempotency.ActivityOptions{"Charge": {Key: byOrder, Reconcile: found(c.found).Reconcile}}
			run := func(o order, result any, err error) error {
				env := testenv.New([]interceptor.WorkerInterceptor{r.guard.Interceptor(calls)}...)
				env.RegisterActivityWithOptions(func(context.Context, order) (any, error) { return result, err },
					activity.RegisterOptions{Name: "Charge"})
				env.ExecuteWorkflow(once("Charge", o))
				return env.GetWorkflowError()
			}
			for i, result := range c.seen {
				require.NoError(t, run(order{ID: string(rune('a' + i))}, result, nil))
			}
			require.Error(t, run(o1, nil, errors.New("connection reset")))
			err := run(o1, nil, errors.New("the work is not done again"))
			if c.refused {
				require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%v", err)
				return
			}
			require.NoError(t, err)
		})
	}
}
