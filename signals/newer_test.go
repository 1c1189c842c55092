package signals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

func markedRaw(data, batch string) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{
		"encoding":                []byte("json/plain"),
		"temporal-patterns.batch": []byte(batch),
	}, Data: []byte(data)})
}

// batchOf is a batch of that version of our form.
func batchOf(version string) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{"encoding": []byte("json/plain"), "temporal-patterns.batch": []byte(version)},
		Data:     []byte(`[{"id":"a","n":1}]`),
	})
}

// A batch that only a later version can read is kept for it, and delays no other message.
func TestNewerBatchIsCarried(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", batchOf("2")) }, time.Minute)
	signalstest.SendAfter(t, env, 2*time.Minute, items, item{"b", 2}, item{"c", 3})
	env.ExecuteWorkflow(handleSome, carrying{}, 1)
	in := next(t, env)
	require.Equal(t, []string{"b2"}, in.Handled)
	status, err := items.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 1, status.Newer)
	require.Zero(t, status.DeadLetters.Count)
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", "item"))

	sent := sentState(in.Carried)
	require.Len(t, sent.Signals[0].Messages, 2)
	kept := sent.Signals[0].Messages[0]
	require.Equal(t, batchOf("2").Payload().GetMetadata(), kept.Metadata)
	require.Equal(t, batchOf("2").Payload().GetData(), kept.Data)

	// A run that ends with such a batch reports it.
	env, observed = testenv.NewObserved(signals.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := items.Channel(ctx, signals.Options{ContinueState: in.Carried})
		ch.Drain(ctx)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_leftovers", "item"))

	// The worker of the next run still does not know it, and keeps it.
	env = testenv.New()
	env.ExecuteWorkflow(handleSome, in, 1)
	require.Equal(t, []string{"b2", "c3"}, next(t, env).Handled)
	require.Equal(t, 1, next(t, env).Carried.Len())

	// One that does receives it. Here the batch becomes one that we know.
	kept.Metadata["temporal-patterns.batch"] = []byte("1")
	in.Carried = sent.state()
	env = testenv.New()
	env.ExecuteWorkflow(handleSome, in, 10)
	require.Equal(t, []string{"b2", "a1", "c3"}, next(t, env).Handled)
}

// A run that was begun by a later version must not lose what that carried.
func TestContinueStateOfALaterVersionFailsTheTask(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "later")
	err := h.Task().Replay(func(ctx workflow.Context) error {
		items.Channel(ctx, signals.Options{ContinueState: wireState{Version: 2}.state()})
		return nil
	})
	require.ErrorContains(t, err, "redeploy the later version")
}

// A batch of a later version keeps its place among the others.
func TestNewerBatchKeepsItsPlace(t *testing.T) {
	t.Parallel()
	env := testenv.New(signals.NewInterceptor())
	send := func(arg any) { env.SignalWorkflowSkippingWorkflowTask("item", arg) }
	env.RegisterDelayedCallback(func() {
		for _, arg := range []any{item{"handled", 1}, item{"a", 2}, batchOf("2"), item{"b", 3}} {
			send(arg)
		}
		env.SignalWorkflow("item", item{"c", 4})
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (signals.ContinueState, error) {
		ch := items.Channel(ctx, signals.Options{})
		started := false
		h := signals.HandleByKey(ch, func(item) string { return "" }, func(ctx workflow.Context, _ item) error {
			started = true
			return workflow.Sleep(ctx, time.Hour)
		})
		soon := signals.NewDeadline(ctx, 2*time.Minute)
		if err := signals.Serve(
			ctx,
			[]signals.Handler{h},
			signals.ServeOptions{Stop: func() bool { return started && soon.Passed() }},
		); err != nil {
			return signals.ContinueState{}, err
		}
		c, _ := signals.NewContinueState(ctx, ch)
		return c, nil
	})
	var c signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&c))
	var got []string
	for _, m := range sentState(c).Signals[0].Messages {
		got = append(got, string(m.Data))
	}
	require.Equal(t, []string{`{"id":"a","n":2}`, `[{"id":"a","n":1}]`, `{"id":"b","n":3}`, `{"id":"c","n":4}`}, got)
}

func TestOversizedNewerBatchDoesNotBlockContinueAsNew(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", markedRaw(strings.Repeat("x", 1<<20), "2")) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		ch := plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		ch.Drain(ctx)
		_, ok := signals.NewContinueState(ctx, ch)
		return ok, nil
	})
	var ok bool
	require.NoError(t, env.GetWorkflowResult(&ok))
	require.True(t, ok)
}

func TestNewerBatchKeepsItsPlaceWithoutInterceptor(t *testing.T) {
	t.Parallel()
	env := testenv.New() // without the interceptor
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow("item", item{"a", 1})
		env.SignalWorkflow("item", item{"a", 2})
		env.SignalWorkflow("item", markedRaw("[3]", "2"))
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (c signals.ContinueState, err error) {
		ch, stop := plainItems.Channel(ctx, signals.Options{}), false
		workflow.Go(ctx, func(ctx workflow.Context) { _ = workflow.Sleep(ctx, time.Hour); stop = true })
		err = signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, idOf,
				func(ctx workflow.Context, _ item) error { return workflow.Sleep(ctx, 2*time.Hour) }),
		}, signals.ServeOptions{Stop: func() bool { return stop }})
		c, _ = signals.NewContinueState(ctx, ch)
		return c, err
	})
	var c signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&c))
	require.Equal(t, "[3]", string(sentState(c).Signals[0].Messages[1].Data), "it came last")
}

// Batches of a later version are kept up to 256 KB.
func TestNewerBatchesAreBounded(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() {
		for range 3 {
			env.SignalWorkflow("item", markedRaw(strings.Repeat("x", 100<<10), "2"))
		}
	}, time.Minute)
	env.ExecuteWorkflow(drainAfter(items, signals.Options{}))
	require.NoError(t, env.GetWorkflowError())
	status, err := items.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 2, status.Newer)
	require.Equal(t, 1, status.DeadLetters.Count)
}
