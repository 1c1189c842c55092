package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// seeing is a user's interceptor that sees what activities return.
type seeing struct {
	interceptor.WorkerInterceptorBase
	interceptor.ActivityInboundInterceptorBase

	results []any
}

func (s *seeing) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	s.ActivityInboundInterceptorBase.Next = next
	return s
}

func (s *seeing) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := s.ActivityInboundInterceptorBase.ExecuteActivity(ctx, in)
	s.results = append(s.results, result)
	return result, err
}

// binding is a codec whose payloads only the workflow that they were made for can
// read; without one they are neutral.
type binding struct{ workflow string }

func (b binding) WithSerializationContext(c converter.SerializationContext) converter.PayloadCodec {
	switch c := c.(type) {
	case converter.ActivitySerializationContext:
		return binding{c.WorkflowID}
	case converter.WorkflowSerializationContext:
		return binding{c.WorkflowID}
	}
	return b
}

func (b binding) Encode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(all))
	for i, p := range all {
		data, err := p.Marshal()
		if err != nil {
			return nil, err
		}
		out[i] = &commonpb.Payload{Data: append([]byte(b.workflow+"|"), data...)}
	}
	return out, nil
}

func (b binding) Decode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(all))
	for i, p := range all {
		of, data, _ := bytes.Cut(p.GetData(), []byte("|"))
		if string(of) != b.workflow {
			return nil, errors.New("a payload of workflow " + string(of) + " in workflow " + b.workflow)
		}
		out[i] = &commonpb.Payload{}
		if err := out[i].Unmarshal(data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// A codec may bind payloads to their workflow: a result that another workflow has
// paid for is bound to the one that gets it.
func TestCodecBoundToWorkflow(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	bound := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), binding{})
	r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: bound})
	calls := map[string]idempotency.ActivityOptions{"Charge": {Key: idempotency.KeyFunc(func(o order) string { return o.ID })}}
	for _, id := range []string{"first", "second"} {
		env := testenv.New(r.guard.Interceptor(calls))
		env.SetDataConverter(bound)
		env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: id})
		env.RegisterActivityWithOptions(func(context.Context, order) (string, error) { r.calls++; return "receipt", nil },
			activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(twice("", o1, o1, "Charge"))
		var got []string
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, []string{"receipt", "receipt"}, got)
	}
	require.Equal(t, 1, r.calls)
}

// An activity without a result has none with a guard either.
func TestNoResult(t *testing.T) {
	t.Parallel()
	for _, c := range []converter.DataConverter{
		converter.GetDefaultDataConverter(),
		converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), scrambled{new(byte)}),
	} {
		r := newFixture(t)
		r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: c})
		seen := &seeing{}
		env := testenv.New(seen, r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Touch": {Key: byOrder}}))
		env.RegisterActivityWithOptions(func(context.Context, order) error { r.calls++; return nil }, activity.RegisterOptions{Name: "Touch"})
		env.RegisterActivityWithOptions(func(context.Context, order) error { return nil }, activity.RegisterOptions{Name: "Bare"})
		env.ExecuteWorkflow(func(ctx workflow.Context) (errs []string, err error) {
			for _, name := range []string{"Touch", "Touch", "Bare"} {
				options := workflow.ActivityOptions{ActivityID: "same", StartToCloseTimeout: time.Minute}
				var got *order
				errs = append(errs, errorText(workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, o1).Get(ctx, &got)))
			}
			return errs, nil
		})
		var errs []string
		require.NoError(t, env.GetWorkflowResult(&errs))
		require.Equal(t, []string{errs[2], errs[2], errs[2]}, errs)
		require.Equal(t, []any{nil, nil, nil}, seen.results)
		require.Equal(t, 1, r.calls)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
