package signals_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var (
	errKeyService = errors.New("the key service is down")
	errGarbage    = errors.New("no key has ever been of that name")
)

// vault is a codec that fails as its fields say.
type vault struct {
	encode, decode error
	bound          *[]converter.SerializationContext
}

func (v vault) Encode(p []*commonpb.Payload) ([]*commonpb.Payload, error) { return p, v.encode }
func (v vault) Decode(p []*commonpb.Payload) ([]*commonpb.Payload, error) { return p, v.decode }

func (v vault) WithSerializationContext(sc converter.SerializationContext) converter.PayloadCodec {
	*v.bound = append(*v.bound, sc)
	return v
}

func permanent(err error) bool { return errors.Is(err, errGarbage) }

// plainVault is a vault that asks for no context.
type plainVault struct{ converter.PayloadCodec }

func failing(encode, decode error) converter.DataConverter {
	return signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{plainVault{vault{
		encode: encode,
		decode: decode,
	}}}, signals.DataConverterOptions{IsPermanent: permanent})
}

// Clients and activities get the error of the codec.
func TestDataConverterOutsideWorkflows(t *testing.T) {
	t.Parallel()
	payload := &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte("1")}
	for name, dc := range map[string]converter.DataConverter{
		"as it is":       failing(errKeyService, errKeyService),
		"with a context": failing(errKeyService, errKeyService).(workflow.ContextAware).WithContext(t.Context()),
		"with a workflow": converter.WithDataConverterSerializationContext(failing(errKeyService, errKeyService),
			converter.WorkflowSerializationContext{}),
	} {
		var n int
		require.ErrorIs(t, dc.FromPayload(payload, &n), errKeyService, name)
		require.ErrorIs(t, dc.FromPayloads(&commonpb.Payloads{Payloads: []*commonpb.Payload{payload}}, &n), errKeyService, name)
		_, err := dc.ToPayload(1)
		require.ErrorIs(t, err, errKeyService, name)
	}
	works := failing(nil, nil)
	encoded, err := works.ToPayload(7)
	require.NoError(t, err)
	var n int
	require.NoError(t, works.FromPayload(encoded, &n))
	require.Equal(t, 7, n)
}

// In workflow code a failure that may pass fails the task, in both directions;
// one that will not is an error.
func TestDataConverterInWorkflows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string // of the panic
	}{
		"a temporary error panics": {
			err: errKeyService, want: "the workflow task is retried until it can: the key service is down",
		},
		"a permanent error is returned":                             {err: errGarbage},
		"a permanent error joined with a temporary one is returned": {err: errors.Join(errGarbage, errKeyService)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				dc := failing(c.err, c.err).(workflow.ContextAware).WithWorkflowContext(ctx)
				check := func(verb string, f func() error) {
					defer func() {
						p, _ := recover().(error)
						if c.want == "" {
							require.NoError(t, p)
						} else {
							require.ErrorContains(t, p, c.want)
							require.ErrorContains(t, p, "could not "+verb)
							require.ErrorIs(t, p, errKeyService)
						}
					}()
					require.ErrorIs(t, f(), errGarbage)
				}
				check("encode", func() error { _, err := dc.ToPayload(1); return err })
				check("decode", func() error { return dc.FromPayload(&commonpb.Payload{Data: []byte("1")}, new(int)) })
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
		})
	}
}

// aware is a parent that wants to know where it is used.
type aware struct {
	converter.DataConverter
	calls *[]string
}

func (a aware) WithWorkflowContext(workflow.Context) converter.DataConverter {
	*a.calls = append(*a.calls, "workflow")
	return a
}

func (a aware) WithContext(context.Context) converter.DataConverter {
	*a.calls = append(*a.calls, "context")
	return a
}

// What stands behind it gets what the SDK gives.
func TestDataConverterPassesContextsOn(t *testing.T) {
	t.Parallel()
	var calls []string
	var bound []converter.SerializationContext
	dc := signals.NewDataConverter(aware{converter.GetDefaultDataConverter(), &calls}, []converter.PayloadCodec{vault{bound: &bound}},
		signals.DataConverterOptions{})
	sc := converter.WorkflowSerializationContext{WorkflowID: "order-1"}
	dc = converter.WithDataConverterSerializationContext(dc, sc)
	require.Equal(t, []converter.SerializationContext{sc}, bound)
	dc.(workflow.ContextAware).WithContext(t.Context()).(workflow.ContextAware).WithWorkflowContext(nil)
	require.Equal(t, []string{"context", "workflow"}, calls)
}

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
func TestDataConverterBindsItsCodecs(t *testing.T) {
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
