package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"go.temporal.io/sdk/activity"
)

// Wrap returns fn as an activity that takes effect once, with the same signature:
// workflows need not know. Register it with a name, since a function that is
// returned has none:
//
//	w.RegisterActivityWithOptions(idempotency.Wrap(guard, a.Charge, idempotency.Call{}), activity.RegisterOptions{Name: "Charge"})
//
// For activities of another form, and for whole structs, use [Guard.Interceptor].
func Wrap[In, Out any](g *Guard, fn func(context.Context, In) (Out, error), c Call) func(context.Context, In) (Out, error) {
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.begin(ctx, g.store, &c, []any{in})
		if err != nil {
			return out, err
		}
		a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx, in) })
		if err != nil {
			return out, err
		}
		return typed[Out](ctx, g, a)
	}
}

// Do does work once for a key of yours: in an activity beside other work, or in a
// program. The name says what kind of work the key names; the same key under
// another name, or in another namespace, is other work, and a program has none.
// The arguments that make the input are those that fn closes over, so there is no
// fingerprint.
func Do[Out any](ctx context.Context, g *Guard, name, key string, fn func(context.Context) (Out, error), c Call) (out Out, err error) {
	if name == "" || key == "" {
		return out, refuse(NoKey, fmt.Sprintf("the work has the name %q and a key of %d bytes; give both", name, len(key)))
	}
	info := Info{ActivityType: name}
	if activity.IsActivity(ctx) {
		a := activity.GetInfo(ctx)
		info = Info{
			Namespace: a.Namespace, WorkflowID: a.WorkflowExecution.ID, RunID: a.WorkflowExecution.RunID, ActivityType: name, ActivityID: a.ActivityID, Attempt: a.Attempt,
		}
	}
	x := g.execution(ctx, g.store, &c, businessKey(info.Namespace, name, key), info)
	a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx) })
	if err != nil {
		return out, err
	}
	return typed[Out](ctx, g, a)
}

// begin is an execution of an activity with those arguments.
func (g *Guard) begin(ctx context.Context, store Store, c *Call, args []any) (*execution, error) {
	key, info, err := c.key(ctx, args)
	if err != nil {
		return nil, err
	}
	x := g.execution(ctx, store, c, key, info)
	x.args = args
	if !c.NoFingerprint {
		text, err := json.Marshal(args) // before any codec: those may encrypt, and never twice to the same bytes
		if err != nil {
			return nil, refuse(NoKey, fmt.Sprintf("the arguments of activity %q cannot be told from others: %v; set Call.NoFingerprint", info.ActivityType, err))
		}
		x.sum = sha256.Sum256(text)
		x.fingerprint = x.sum[:16]
	}
	return x, nil
}
