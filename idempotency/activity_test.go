package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

type order struct {
	ID    string
	Cents int
}

// A fakeProvider charges, and keeps the keys that it received.
type fakeProvider struct {
	keys []string
	die  func() // after the first charge
}

// keyOf is a downstream key, and empty when there is none.
func keyOf(ctx context.Context, label string) string {
	key, _ := idempotency.DownstreamKey(ctx, label)
	return key
}

func (b *fakeProvider) charge(ctx context.Context, o order) (string, error) {
	b.keys = append(b.keys, keyOf(ctx, "charge"))
	if len(b.keys) == 1 && b.die != nil {
		b.die()
	}
	return "receipt of " + o.ID, nil
}

// twice runs an activity two times, with an ID of its own or with the same.
func twice(id string, first, second order, name string) func(workflow.Context) ([]string, error) {
	return func(ctx workflow.Context) (all []string, err error) {
		for _, o := range []order{first, second} {
			options := workflow.ActivityOptions{
				ActivityID: id, StartToCloseTimeout: time.Minute,
				RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Hour},
			}
			var receipt string
			if err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, o).Get(ctx, &receipt); err != nil {
				return all, err
			}
			all = append(all, receipt)
		}
		return all, nil
	}
}

// byOrder and byName are keys of the business.
var (
	byOrder = idempotency.KeyFunc(func(o order) string { return o.ID })
	byName  = func([]any) (string, error) { return "same", nil }
)

var o1, o2 = order{"o-1", 10}, order{"o-2", 20}

// The attempts of an activity have one key, another execution has another, and the
// workflow does not see the difference.
func TestWrap(t *testing.T) {
	t.Parallel()
	r, env := newFixture(t), testenv.New()
	b := &fakeProvider{die: r.store.Crash}
	charge := idempotency.Wrap(r.guard, b.charge, idempotency.ActivityOptions{PassThrough: true})
	env.RegisterActivityWithOptions(func(ctx context.Context, o order) (string, error) {
		defer r.clock.Advance(time.Hour)
		defer r.store.Recover()
		return charge(ctx, o)
	}, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(twice("", o1, o2, "Charge"))
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []string{"receipt of o-1", "receipt of o-2"}, got)
	require.Len(t, b.keys, 3, "the first attempt was killed")
	require.Equal(t, b.keys[0], b.keys[1])
	require.NotEqual(t, b.keys[1], b.keys[2])
	require.Len(t, b.keys[0], 32)
}

// An activity ID that is used again is other work; a business key is not.
func TestReusedActivityIDs(t *testing.T) {
	t.Parallel()
	one := func(order) string { return "one" }
	for name, c := range map[string]struct {
		second  order
		call    idempotency.ActivityOptions
		charges int
		refused idempotency.Reason
	}{
		"the same request of an execution": {second: o1, charges: 2},
		"another request of an execution":  {second: o2, charges: 2},
		"another business key": {
			second: o2, call: idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(o order) string { return o.ID })},
			charges: 2,
		},
		"the same business key and request": {
			second: o1, call: idempotency.ActivityOptions{Key: idempotency.KeyFunc(one)}, charges: 1,
		},
		"the same business key and another request": {
			second: o2, call: idempotency.ActivityOptions{Key: idempotency.KeyFunc(one)}, charges: 1,
			refused: idempotency.ReasonMismatch,
		},
		"the same business key and another request, which is allowed": {
			second: o2, call: idempotency.ActivityOptions{Key: idempotency.KeyFunc(one), NoFingerprint: true}, charges: 1,
		},
		"a business key of another type": {
			second: o2, call: idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(s string) string { return s })},
			refused: idempotency.ReasonNoKey,
		},
		"an empty business key": {
			second: o2, call: idempotency.ActivityOptions{Key: func([]any) (string, error) { return "", nil }},
			refused: idempotency.ReasonNoKey,
		},
		"a chain without the first run's ID": {
			second: o2, call: idempotency.ActivityOptions{ChainStep: "charge"}, refused: idempotency.ReasonNoKey,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, env, b := newFixture(t), testenv.New(), &fakeProvider{}
			env.RegisterActivityWithOptions(idempotency.Wrap(r.guard, b.charge, c.call), activity.RegisterOptions{Name: "Charge"})
			env.ExecuteWorkflow(twice("same", o1, c.second, "Charge"))
			require.Equal(t, c.refused, reasonOf(env.GetWorkflowError()), "%v", env.GetWorkflowError())
			require.Len(t, b.keys, c.charges)
		})
	}
}

// What was kept goes to Temporal as it is; other activities are left alone.
func TestInterceptor(t *testing.T) {
	t.Parallel()
	r, b := newFixture(t), &fakeProvider{}
	env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {
		PassThrough: true,
		Key:         idempotency.KeyFunc(func(o order) string { return o.ID }),
	}}), retry.NewInterceptor(retry.InterceptorOptions{}))
	attempts := 0
	env.RegisterActivityWithOptions(func(ctx context.Context, o order) (string, error) {
		if attempts++; attempts == 2 {
			defer r.clock.Advance(time.Hour)
			return "", errors.New("reset") // no one knows
		}
		return b.charge(ctx, o)
	}, activity.RegisterOptions{Name: "Charge"})
	env.RegisterActivityWithOptions(b.charge, activity.RegisterOptions{Name: "Other"})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
		all, err := twice("same", o1, o1, "Charge")(ctx)
		if err != nil {
			return nil, err
		}
		more, err := twice("", o2, o2, "Charge")(ctx)
		if err != nil {
			return nil, err
		}
		others, err := twice("same", o1, o1, "Other")(ctx)
		return append(append(all, more...), others...), err
	})
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Len(t, got, 6)
	require.Len(t, b.keys, 4, "one for each order, and two of those that are not guarded")
	require.Equal(t, 3, attempts)
	require.Equal(t, []string{"", ""}, b.keys[2:], "there is no key without a guard")
}
