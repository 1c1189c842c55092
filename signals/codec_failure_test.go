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

// brokenCodec is a codec that fails with err.
type brokenCodec struct{ err error }

func (f brokenCodec) Encode([]*commonpb.Payload) ([]*commonpb.Payload, error) { return nil, f.err }
func (f brokenCodec) Decode([]*commonpb.Payload) ([]*commonpb.Payload, error) { return nil, f.err }

// WorkflowTaskFailureError has the name of a type of the SDK since version 1.51.
type WorkflowTaskFailureError struct{ error }

// A codec that asks the SDK to fail the task gets that, under any
// WorkflowPanicPolicy; a panic of ours would fail the run under FailWorkflow.
func TestCodecThatAsksForAFailedTask(t *testing.T) {
	t.Parallel()
	down := errors.New("key service is down")
	for name, c := range map[string]struct {
		err    error
		panics bool
	}{
		"it asks":                 {&WorkflowTaskFailureError{down}, false},
		"it asks, further inside": {errors.Join(down, errors.New("no")), true}, // of a join the SDK knows nothing
		"it does not":             {down, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			dc := signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{brokenCodec{c.err}},
				signals.DataConverterOptions{})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				aware, ok := dc.(workflow.ContextAware)
				require.True(t, ok)
				bound := aware.WithWorkflowContext(ctx)
				encode := func() { _, _ = bound.ToPayload("x") }
				if c.panics {
					require.PanicsWithError(t, "signals: the payload codec could not encode in workflow code; the workflow task is retried until it "+
						"can: "+c.err.Error(), encode)
				} else {
					require.NotPanics(t, encode)
				}
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
		})
	}
}

// Since version 1.51 of the SDK headers can be encoded by the codecs of the
// converter, if it shows them.
func TestDataConverterShowsItsCodecs(t *testing.T) {
	t.Parallel()
	type provider interface {
		Codec() converter.PayloadCodec
	}
	codec := converter.NewZlibCodec(converter.ZlibCodecOptions{AlwaysEncode: true})
	theirs, known := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec).(provider)
	ours := signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{codec}, signals.DataConverterOptions{})
	for _, dc := range []converter.DataConverter{
		ours, workflow.ContextAware.WithContext(ours.(workflow.ContextAware), t.Context()), //nolint:forcetypeassert // it is
		converter.WithDataConverterSerializationContext(ours, converter.WorkflowSerializationContext{WorkflowID: "w"}),
	} {
		shown, ok := dc.(provider)
		require.True(t, ok, "headers that are to be encoded would go out unencrypted")
		if known {
			require.IsType(t, theirs.Codec(), shown.Codec())
		}
	}
}

// An outage of the codec within OnDeadLetter fails the task; it is not taken for a
// mistake of that function.
func TestOutageWithinOnDeadLetter(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{"ours": errors.New("down"), "the SDK's": &WorkflowTaskFailureError{errors.New("down")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			at(env, 0, "no payment")
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				dc := signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{brokenCodec{err}},
					signals.DataConverterOptions{})
				aware, _ := dc.(workflow.ContextAware)
				bound := aware.WithWorkflowContext(ctx)
				_, err := paid.Channel(ctx, signals.Options{OnDeadLetter: func(signals.DeadLetter, converter.RawValue) {
					if _, err := bound.ToPayload("x"); err != nil {
						//archtest:panic as the SDK does with such an error
						panic(err)
					}
				}}).Receive(ctx)
				return err
			})
			require.ErrorContains(t, env.GetWorkflowError(), "down")
		})
	}
}
