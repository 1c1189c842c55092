package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// shop is a struct of activities of all forms.
type shop struct{ done map[string]int }

func (s *shop) Charge(_ context.Context, o order, tip int) (*order, error) {
	s.done["Charge"]++
	return &order{o.ID, o.Cents + tip}, nil
}

func (s *shop) Ship(context.Context, order, int) error { s.done["Ship"]++; return nil }

func (s *shop) Count(context.Context) (int, error) { s.done["Count"]++; return s.done["Count"], nil }

func (s *shop) Fail(context.Context) (int, error) {
	s.done["Fail"]++
	return 7, temporal.NewNonRetryableApplicationError("declined", "Declined", nil)
}

func (s *shop) Look(context.Context, order) (any, error) { s.done["Look"]++; return nil, nil }

var guardedShop = map[string]idempotency.ActivityOptions{
	"Charge": {Key: byName}, "Ship": {Key: byName}, "Fail": {Key: byName},
	"Look": {Key: byName},
}

// Workflows name activities by their methods, as without a guard.
func TestRegister(t *testing.T) {
	t.Parallel()
	r, s, env := newFixture(t), &shop{done: map[string]int{}}, testenv.New()
	require.NoError(t, idempotency.Register(env, r.guard, s, guardedShop))
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		run := func(fn any, into any, args ...any) error {
			options := workflow.ActivityOptions{ActivityID: fmt.Sprintf("of %d", len(args)), StartToCloseTimeout: time.Minute}
			return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), fn, args...).Get(ctx, into)
		}
		for range 2 {
			var charged *order
			require.NoError(t, run(s.Charge, &charged, o1, 5))
			require.Equal(t, &order{"o-1", 15}, charged)
			require.NoError(t, run(s.Ship, nil, o1, 5))
			require.NoError(t, run(s.Look, nil, o1))
			require.ErrorContains(t, run(s.Fail, nil), "declined")
			require.NoError(t, run(s.Count, nil))
		}
		require.ErrorContains(t, run(s.Charge, nil, o2, 5), "another request")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"Charge": 1, "Ship": 1, "Look": 1, "Fail": 1, "Count": 2}, s.done, "Count is not guarded")
}

// none registers nothing.
type none struct {
	worker.ActivityRegistry

	names []string
}

func (n *none) RegisterActivityWithOptions(_ any, o activity.RegisterOptions) {
	n.names = append(n.names, o.Name)
}

// These are structs that have methods which are no activities.
type (
	withoutError struct{}
	varying      struct{}
)

func (withoutError) Charge(context.Context, order) order       { return order{} }
func (varying) Charge(context.Context, ...order) (bool, error) { return false, nil }

// A slip is found when the worker starts, and not by a card that is charged twice.
func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		activities any
		calls      map[string]idempotency.ActivityOptions
	}{
		`no activity "Chrage"`: {
			activities: &shop{}, calls: map[string]idempotency.ActivityOptions{"Charge": {}, "Chrage": {}},
		},
		"nothing was given":                  {},
		"does not return an error":           {activities: withoutError{}},
		"its number of arguments varies":     {activities: varying{}},
		`shop has no activity "Charge"; cor`: {activities: shop{}, calls: map[string]idempotency.ActivityOptions{"Charge": {}}},
	} {
		n := &none{}
		err := idempotency.Register(n, newFixture(t).guard, c.activities, c.calls)
		require.ErrorContains(t, err, want)
		require.Empty(t, n.names)
	}
	n := &none{}
	require.NoError(t, idempotency.Register(n, newFixture(t).guard, &shop{}, nil))
	require.Equal(t, []string{"Charge", "Count", "Fail", "Look", "Ship"}, n.names)
}

// What the outside has said becomes the result of a method, too.
func TestRegisteredActivityIsReconciled(t *testing.T) {
	t.Parallel()
	r, s := newFixture(t), &shop{done: map[string]int{}}
	calls := map[string]idempotency.ActivityOptions{"Charge": {
		Key: byName,
		Reconcile: idempotency.ReconcileFunc(func(_ context.Context, _ idempotency.PriorAttempt, o order) (idempotency.Reconciliation, error) {
			return idempotency.Completed(&order{o.ID, 99}), nil
		}),
	}}
	charge := func() (got order, err error) {
		env := testenv.New()
		require.NoError(t, idempotency.Register(env, r.guard, s, calls))
		env.ExecuteWorkflow(func(ctx workflow.Context) (got order, err error) {
			options := workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}}
			err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Charge", o1, 5).Get(ctx, &got)
			return got, err
		})
		return got, env.GetWorkflowResult(&got)
	}
	r.store.Crash()
	_, err := charge()
	require.Error(t, err)
	r.store.Recover()
	r.clock.Advance(time.Hour)
	got, err := charge()
	require.NoError(t, err)
	require.Equal(t, order{"o-1", 99}, got)
	require.Equal(t, 1, s.done["Charge"])
}

// ReconcileFunc is asked about the activity that it was made for.
func TestReconcileFuncOfAnotherType(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	c := idempotency.ActivityOptions{Reconcile: idempotency.ReconcileFunc(func(context.Context, idempotency.PriorAttempt,
		order,
	) (idempotency.Reconciliation, error) {
		return idempotency.Reconciliation{}, errors.New("not reached")
	})}
	r.killed(c)
	_, err := r.do(c, nil)
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(err), "Do has no arguments: %v", err)
	require.Equal(t, 1, r.calls)
}

// plain has activities without a context, which the SDK takes too.
type plain struct{ done int }

func (p *plain) Charge(o order, tip int) (int, error) { p.done++; return o.Cents + tip, nil }
func (p *plain) Touch() error                         { p.done++; return nil }
func (p *plain) Bare(o order) (int, error)            { p.done++; return o.Cents, nil }

func TestRegisterActivityWithoutContext(t *testing.T) {
	t.Parallel()
	r, p, env := newFixture(t), &plain{}, testenv.New()
	require.NoError(t, idempotency.Register(env, r.guard, p, map[string]idempotency.ActivityOptions{
		"Charge": {Key: byName},
		"Touch":  {Key: byName},
	}))
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		for range 2 {
			var cents int
			require.NoError(t, workflow.ExecuteActivity(ctx, p.Charge, o1, 5).Get(ctx, &cents))
			require.Equal(t, 15, cents)
			require.NoError(t, workflow.ExecuteActivity(ctx, p.Touch).Get(ctx, nil))
			require.NoError(t, workflow.ExecuteActivity(ctx, p.Bare, o1).Get(ctx, &cents))
			require.Equal(t, 10, cents)
		}
		require.ErrorContains(t, workflow.ExecuteActivity(ctx, p.Charge, o2, 5).Get(ctx, nil), "another request", "the arguments are compared")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 4, p.done, "Charge and Touch once, Bare twice")
}
