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

// The SDK drops what the codec cannot read; the message behind it is judged by
// its own place in history, and kept when it is late.
func TestExactBehindAMessageThatTheCodecCannotRead(t *testing.T) {
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
func TestMessageThatTheCodecCannotReadNow(t *testing.T) {
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
