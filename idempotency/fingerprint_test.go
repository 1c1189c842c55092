package idempotency_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

type (
	orderV1 struct {
		ID    string
		Cents int
	}
	orderV2 struct { // as after a deployment
		Currency string
		ID       string
		Cents    int64
		Tip      *float64
		Lines    []orderV1
		Address  struct{ City string }
	}
	orderLess struct{ ID string }
)

// schedule runs one attempt at a business key, with an argument as it is in history.
func schedule[In any](t *testing.T, g *idempotency.Guard, in any, fn func(context.Context, In) (string, error)) (got string, err error) {
	t.Helper()
	env := testenv.New()
	env.RegisterActivityWithOptions(idempotency.Wrap(g, fn, idempotency.ActivityOptions{Key: byName}),
		activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got string, err error) {
		options := workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}}
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Charge", in).Get(ctx, &got)
		return got, err
	})
	if err = env.GetWorkflowError(); err == nil {
		err = env.GetWorkflowResult(&got)
	}
	return got, err
}

func returns[In any](text string, err error) func(context.Context, In) (string, error) {
	return func(context.Context, In) (string, error) { return text, err }
}

// The type of an argument gets fields between two deployments, and the payload in
// history is the same: so is the request, begun or finished.
func TestNewEmptyFieldsKeepRequest(t *testing.T) {
	t.Parallel()
	in := orderV1{"o-1", 500}
	for name, c := range map[string]struct {
		err  error
		want string
	}{"failed before": {err: errors.New("connection reset"), want: "receipt 2"}, "done before": {want: "receipt 1"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(nil)
			_, err := schedule(t, g, in, returns[orderV1]("receipt 1", c.err))
			require.Equal(t, c.err == nil, err == nil)
			got, err := schedule(t, g, in, returns[orderV2]("receipt 2", nil))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			_, err = schedule(t, g, in, returns[orderV1]("receipt 3", nil))
			require.NoError(t, err, "an old worker, during the deployment")
		})
	}
}

// Really another request is refused for good; if the types differ as well, another
// build may know better, and a retry can help.
func TestOtherRequestsAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		again func(*testing.T, *idempotency.Guard) error
		final bool
	}{
		"another value": {
			again: func(t *testing.T, g *idempotency.Guard) error {
				_, err := schedule(t, g, orderV1{"o-1", 501}, returns[orderV1]("", nil))
				return err
			},
			final: true,
		},
		"an empty value": {
			again: func(t *testing.T, g *idempotency.Guard) error {
				_, err := schedule(t, g, orderV1{"", 500}, returns[orderV1]("", nil))
				return err
			},
			final: true,
		},
		"a field less": {
			again: func(t *testing.T, g *idempotency.Guard) error {
				_, err := schedule(t, g, orderV1{"o-1", 500}, returns[orderLess]("", nil))
				return err
			},
		},
		"a new field that is set": {
			again: func(t *testing.T, g *idempotency.Guard) error {
				_, err := schedule(t, g, orderV2{ID: "o-1", Cents: 500, Currency: "EUR"}, returns[orderV2]("", nil))
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(nil)
			_, err := schedule(t, g, orderV1{"o-1", 500}, returns[orderV1]("receipt", nil))
			require.NoError(t, err)
			err = c.again(t, g)
			require.Equal(t, idempotency.ReasonMismatch, reasonOf(err), "%v", err)
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			require.Equal(t, c.final, app.NonRetryable(), "%v", err)
		})
	}
}

// The order of fields, and spaces, are not the request.
func TestRequestsAreComparedByContent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b any
		same bool
	}{
		"fields in another order": {
			a: json.RawMessage(`{"a":1,"b":[{"c":2,"d":3}]}`), b: json.RawMessage(`{ "b" : [{"d":3,"c":2}], "a" : 1 }`),
			same: true,
		},
		"empty members of a text":   {a: json.RawMessage(`{"a":1,"b":""}`), b: json.RawMessage(`{"a":1}`)},
		"elements in another order": {a: json.RawMessage(`[1,2]`), b: json.RawMessage(`[2,1]`)},
		"an empty element":          {a: json.RawMessage(`[0,1]`), b: json.RawMessage(`[1]`)},
		"large numbers":             {a: json.RawMessage(`{"a":9007199254740993}`), b: json.RawMessage(`{"a":9007199254740992}`)},
		"another type of value":     {a: json.RawMessage(`{"a":"1"}`), b: json.RawMessage(`{"a":1}`)},
		"a member of another name":  {a: map[string]int{"a": 1}, b: map[string]int{"b": 1}},
		"names that differ in case": {a: map[string]int{"a": 1}, b: map[string]int{"A": 1}},
		"bytes":                     {a: []byte("a"), b: []byte("b")},
		"a protobuf message":        {a: &commonpb.WorkflowType{Name: "a"}, b: &commonpb.WorkflowType{Name: "a"}, same: true},
		"another protobuf message":  {a: &commonpb.WorkflowType{Name: "a"}, b: &commonpb.WorkflowType{Name: "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(nil)
			env := testenv.New(g.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {Key: byName}}))
			fn := any(func(context.Context, any) error { return nil })
			switch c.a.(type) {
			case []byte:
				fn = func(context.Context, []byte) error { return nil }
			case *commonpb.WorkflowType:
				fn = func(context.Context, *commonpb.WorkflowType) error { return nil }
			case json.RawMessage:
				fn = func(context.Context, json.RawMessage) error { return nil }
			}
			env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Charge"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
				require.NoError(t, workflow.ExecuteActivity(ctx, "Charge", c.a).Get(ctx, nil))
				return workflow.ExecuteActivity(ctx, "Charge", c.b).Get(ctx, nil)
			})
			require.Equal(t, c.same, env.GetWorkflowError() == nil, "%v", env.GetWorkflowError())
		})
	}
}

// The key of an execution has one request, so nothing is compared; arguments that
// cannot be encoded need no fingerprint.
func TestExecutionKeyIsNotCompared(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {}}))
	env.RegisterActivityWithOptions(func(context.Context, order) error { return nil }, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(twice("same", o1, o2, "Charge"))
	require.NoError(t, env.GetWorkflowError())
	all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Nil(t, all[0].Fingerprint)
}
