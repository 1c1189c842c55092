package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// poison is an amount that the codec below cannot read back.
const poison = `{"amount":13}`

type codec struct{}

func (codec) Encode(p []*commonpb.Payload) ([]*commonpb.Payload, error) { return p, nil }

func (codec) Decode(p []*commonpb.Payload) ([]*commonpb.Payload, error) {
	for _, payload := range p {
		if string(payload.GetData()) == poison {
			return nil, errors.New("the key is gone")
		}
	}
	return p, nil
}

// The SDK drops a message that the codec cannot read. The place in history of the
// message behind it decides, which stays in the channel when it is late.
func TestHistoryOrderBehindAnUnreadableMessage(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	env.SetDataConverter(converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec{}))
	at(env, 30*time.Second, payment{Amount: 13})
	at(env, 90*time.Second, payment{Amount: 5})
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		deadline := signals.NewDeadline(ctx, time.Minute)
		if err := workflow.Sleep(ctx, 2*time.Minute); err != nil {
			return "", err
		}
		_, ok, err := ch.ReceiveUntil(ctx, deadline)
		if ok {
			return "complete", err
		}
		return "expired", err
	})
	var got string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, "expired", got)
	status, err := paid.Status(t.Context(), &fakeClient{env: env}, signals.Ref{WorkflowID: "order-1"})
	require.NoError(t, err)
	require.Equal(t, 1, status.Waiting)
	require.Equal(t, 1, status.Unreadable, "what the SDK dropped is gone, and counted")
	require.Zero(t, status.Received)
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_leftovers", "paid"), "the late one, which the SDK no longer sees, is "+
		"reported")
}

// With our converter the same message fails the task instead, which is tried
// again; in the test environment that is the end.
func TestCodecOutageFailsTheTask(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.SetDataConverter(signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{codec{}},
		signals.DataConverterOptions{}))
	at(env, time.Minute, payment{Amount: 13})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		_, _, err := paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, time.Hour)
		return err
	})
	require.ErrorContains(t, env.GetWorkflowError(), "the payload codec could not decode in workflow code; the workflow task is retried "+
		"until it can: the key is gone")
}

// brokenCodec is a codec that fails with err.
type brokenCodec struct{ err error }

func (f brokenCodec) Encode([]*commonpb.Payload) ([]*commonpb.Payload, error) { return nil, f.err }
func (f brokenCodec) Decode([]*commonpb.Payload) ([]*commonpb.Payload, error) { return nil, f.err }

// WorkflowTaskFailureError has the name of a type of the SDK since version 1.51.
type WorkflowTaskFailureError struct{ error }

// A codec that asks the SDK to fail the task gets that, under any
// WorkflowPanicPolicy; a panic of ours would fail the run under FailWorkflow.
func TestCodecMayFailTheTaskWithTheSDKsError(t *testing.T) {
	t.Parallel()
	down := errors.New("key service is down")
	for name, c := range map[string]struct {
		err    error
		panics bool
	}{
		"the SDK's error":                     {err: &WorkflowTaskFailureError{down}},
		"the SDK's error joined with another": {err: errors.Join(down, errors.New("no")), panics: true}, // of a join the SDK knows nothing
		"an ordinary error":                   {err: down, panics: true},
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
func TestCodecOutageInOnDeadLetterFailsTheTask(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"an error of ours":    errors.New("down"),
		"an error of the SDK": &WorkflowTaskFailureError{errors.New("down")},
	} {
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

// A run that gets a message that is permanently unreadable goes on.
func TestDataConverterWithGarbage(t *testing.T) {
	t.Parallel()
	env := testenv.New(signals.NewInterceptor())
	env.SetDataConverter(signals.NewDataConverter(converter.GetDefaultDataConverter(), []converter.PayloadCodec{codec{}},
		signals.DataConverterOptions{IsPermanent: func(error) bool { return true }}))
	at(env, time.Minute, payment{Amount: 13})
	at(env, 2*time.Minute, payment{Amount: 5})
	env.ExecuteWorkflow(func(ctx workflow.Context) (payment, error) { return paid.Channel(ctx, signals.Options{}).Receive(ctx) })
	var got payment
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, 5, got.Amount)
	status, err := paid.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 1, status.Unreadable)
}
