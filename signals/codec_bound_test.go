package signals_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A binding codec tells to which workflow it was bound, and by which way.
type binding struct{ to string }

func (b binding) Encode([]*commonpb.Payload) ([]*commonpb.Payload, error) {
	return nil, errors.New("bound to" + b.to)
}

func (b binding) Decode(p []*commonpb.Payload) ([]*commonpb.Payload, error) { return p, nil }

func (b binding) WithSerializationContext(sc converter.SerializationContext) converter.PayloadCodec {
	if w, ok := sc.(converter.WorkflowSerializationContext); ok {
		b.to += " " + w.WorkflowID
	}
	return b
}

func (b binding) WithWorkflowContext(ctx workflow.Context) converter.PayloadCodec {
	b.to += " " + workflow.GetInfo(ctx).WorkflowExecution.ID
	return b
}

// Codecs are bound as those of the SDK's own converter, in either order.
func TestCodecsAreBound(t *testing.T) {
	t.Parallel()
	always := func(error) bool { return true }
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		sc := converter.WorkflowSerializationContext{WorkflowID: "w-1"}
		dc := signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{binding{}},
			signals.DataConverterOptions{IsPermanent: always})
		first := converter.WithDataConverterSerializationContext(workflow.ContextAware.WithWorkflowContext(dc.(workflow.ContextAware), ctx),
			sc) //nolint:forcetypeassert // it is
		then := workflow.ContextAware.WithWorkflowContext(converter.WithDataConverterSerializationContext(dc, sc).(workflow.ContextAware),
			ctx) //nolint:forcetypeassert // it is
		_, err := first.ToPayload("x")
		require.ErrorContains(t, err, "bound to default-test-workflow-id w-1")
		_, err = then.ToPayload("x")
		require.ErrorContains(t, err, "bound to w-1 default-test-workflow-id")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
