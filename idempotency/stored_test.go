package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// scrambled is a codec: nothing is unencrypted, and nothing twice the same.
type scrambled struct{ n *byte }

func (c scrambled) Encode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(all))
	for i, p := range all {
		data, err := p.Marshal()
		if err != nil {
			return nil, err
		}
		*c.n++
		out[i] = &commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("scrambled")}, Data: append([]byte{*c.n}, xor(data, *c.n)...)}
	}
	return out, nil
}

func (scrambled) Decode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(all))
	for i, p := range all {
		out[i] = &commonpb.Payload{}
		if err := out[i].Unmarshal(xor(p.GetData()[1:], p.GetData()[0])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func xor(data []byte, with byte) []byte {
	out := bytes.Clone(data)
	for i := range out {
		out[i] ^= with | 0x80
	}
	return out
}

// Results and failures are stored as the worker's converters encode them, and come
// back unchanged. Without a failure converter, the data converter encodes messages too.
func TestStoredResultsUseTheConverters(t *testing.T) {
	t.Parallel()
	t.Run("with a failure converter", func(t *testing.T) {
		t.Parallel()
		testStoredResults(t, func(c converter.FailureConverter) converter.FailureConverter { return c })
	})
	t.Run("with the data converter only", func(t *testing.T) {
		t.Parallel()
		testStoredResults(t, func(converter.FailureConverter) converter.FailureConverter { return nil })
	})
}

func testStoredResults(t *testing.T, given func(converter.FailureConverter) converter.FailureConverter) {
	t.Helper()
	r := newFixture(t)
	codec := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), scrambled{new(byte)})
	failures := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter:          codec,
		EncodeCommonAttributes: true,
	})
	r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: codec, FailureConverter: given(failures)})
	calls := 0
	env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Look": {Key: func(args []any) (string,
		error,
	) {
		return fmt.Sprint(args[1]), nil
	}}}))
	env.SetDataConverter(codec)
	env.SetFailureConverter(failures)
	env.RegisterActivityWithOptions(func(_ context.Context, o order, fail bool) ([]order, error) {
		calls++
		if fail {
			return nil, temporal.NewNonRetryableApplicationError("a secret failure", "Declined", errors.New("a secret cause"), "secret", o)
		}
		return []order{o, {ID: "a secret"}}, nil
	}, activity.RegisterOptions{Name: "Look"})
	look := func(ctx workflow.Context, fail bool) (got []order, err error) {
		options := workflow.ActivityOptions{ActivityID: map[bool]string{true: "fails", false: "works"}[fail], StartToCloseTimeout: time.Minute}
		err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Look", o1, fail).Get(ctx, &got)
		return got, err
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		var texts []string
		for range 2 {
			got, err := look(ctx, false)
			require.NoError(t, err)
			require.Equal(t, []order{o1, {ID: "a secret"}}, got)
			_, err = look(ctx, true)
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			var text string
			var o order
			require.NoError(t, app.Details(&text, &o))
			require.Equal(t, []any{"secret", o1, "Declined", true}, []any{text, o, app.Type(), app.NonRetryable()})
			texts = append(texts, app.Error())
		}
		require.Equal(t, texts[0], texts[1])
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 2, calls)
	all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
	require.NoError(t, err)
	require.Len(t, all, 2)
	for _, e := range all {
		require.NotEmpty(t, e.Result)
		require.NotContains(t, string(e.Result), "secret")
	}
}

// The first run of the chain travels to activities, regular and local.
func TestChainStep(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	calls := map[string]idempotency.ActivityOptions{"Charge": {ChainStep: "charge"}}
	done := 0
	for range 2 { // as two runs of a chain: activity IDs differ
		env := testenv.New(r.guard.Interceptor(calls))
		env.RegisterActivityWithOptions(func(context.Context, order) error { done++; return nil }, activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
			for range done + 1 {
				if err := workflow.ExecuteActivity(ctx, "Charge", o1).Get(ctx, nil); err != nil {
					return err
				}
			}
			return workflow.ExecuteLocalActivity(ctx, "Charge", o1).Get(ctx, nil)
		})
		require.NoError(t, env.GetWorkflowError())
	}
	require.Equal(t, 1, done)
}
