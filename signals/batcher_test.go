package signals_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

var texts = signals.New[string]("text")

// payloads are what f was sent, each at most 256 KB.
func payloads(t *testing.T, f *fakeClient) []string {
	t.Helper()
	var all []string
	for i := 3; i < len(f.sent); i += 4 {
		data := f.sent[i].(converter.RawValue).Payload().GetData()
		require.LessOrEqual(t, len(data), 256<<10)
		all = append(all, string(data))
	}
	return all
}

func TestBatcher(t *testing.T) {
	t.Parallel()

	t.Run("10,000 messages of 100 bytes take at most 10 signals, and arrive in order", func(t *testing.T) {
		t.Parallel()
		f, env := &fakeClient{}, testenv.New()
		env.RegisterDelayedCallback(func() {
			sent := texts.Batcher(f, signals.Ref{WorkflowID: "order-1"})
			real := texts.Batcher(signalstest.NewClient(env), signals.Ref{WorkflowID: "order-1"})
			for i := range 10_000 {
				text := strings.Repeat(string(rune('a'+i%26)), 98)
				require.NoError(t, sent.Add(t.Context(), text))
				require.NoError(t, real.Add(t.Context(), text))
			}
			require.NoError(t, errors.Join(sent.Flush(t.Context()), real.Flush(t.Context())))
		}, time.Minute)
		env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
			ch := texts.Channel(ctx, signals.Options{})
			for i := range 10_000 {
				text, err := ch.Receive(ctx)
				if err != nil || text != strings.Repeat(string(rune('a'+i%26)), 98) {
					return i, err
				}
			}
			return 10_000 + ch.Len(), nil
		})
		var n int
		require.NoError(t, env.GetWorkflowResult(&n))
		require.Equal(t, 10_000, n)
		require.LessOrEqual(t, len(payloads(t, f)), 10)
	})

	t.Run("messages of any size fill signals to their limit and not beyond", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		b := texts.Batcher(f, signals.Ref{WorkflowID: "order-1"})
		for size := range 2_000 {
			require.NoError(t, b.Add(t.Context(), strings.Repeat("x", size%1_500)))
		}
		require.NoError(t, b.Flush(t.Context()))
		all := payloads(t, f)
		for _, data := range all[:len(all)-1] {
			require.Greater(t, len(data), 254<<10, "with the next message it was too large")
		}
	})

	t.Run("a signal is filled to its last byte", func(t *testing.T) {
		t.Parallel()
		for rest, count := range map[int]int{0: 1, 1: 2} { // bytes over the limit
			f := &fakeClient{}
			b := texts.Batcher(f, signals.Ref{WorkflowID: "order-1"})
			require.NoError(t, b.Add(t.Context(), strings.Repeat("x", 100)))
			require.NoError(t, b.Add(t.Context(), strings.Repeat("x", 256<<10-len(`["",""]`)-100+rest)))
			require.NoError(t, b.Flush(t.Context()))
			require.Len(t, payloads(t, f), count)
		}
	})

	t.Run("a signal has at most 1,000 messages", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		b := signals.New[int]("number").Batcher(f, signals.Ref{WorkflowID: "order-1"})
		for range 1_001 {
			require.NoError(t, b.Add(t.Context(), 1))
		}
		require.Equal(t, 1, b.Len())
		require.Equal(t, 999, strings.Count(payloads(t, f)[0], ","))
	})

	t.Run("messages that were not sent stay in the batcher", func(t *testing.T) {
		t.Parallel()
		down := errors.New("connection refused")
		f := &fakeClient{err: down}
		b := items.Batcher(f, signals.Ref{WorkflowID: "order-1"})
		require.NoError(t, b.Add(t.Context(), item{"a", 1}))
		require.ErrorIs(t, b.Flush(t.Context()), down)
		large := item{strings.Repeat("x", 200<<10), 2}
		require.NoError(t, b.Add(t.Context(), large))
		require.ErrorIs(t, b.Add(t.Context(), large), down, "the third does not fit and the others cannot be sent")
		require.Equal(t, 2, b.Len())

		f.err, f.sent = nil, nil
		require.NoError(t, b.Add(t.Context(), large))
		require.NoError(t, b.Flush(t.Context()))
		require.NoError(t, b.Flush(t.Context()), "nothing to send")
		require.Len(t, payloads(t, f), 2)
		require.Contains(t, payloads(t, f)[0], `[{"id":"a","n":1},`)
		require.Equal(t, []any{"order-1", "", "item"}, f.sent[:3])
	})

	t.Run("a message that does not fit is refused, the others stay", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		b := texts.Batcher(f, signals.Ref{WorkflowID: "order-1"})
		require.NoError(t, b.Add(t.Context(), "a"))
		require.ErrorIs(t, b.Add(t.Context(), strings.Repeat("x", 300<<10)), signals.ReasonTooLarge)
		require.ErrorIs(t, b.Add(t.Context(), strings.Repeat("x", 256<<10-3)), signals.ReasonTooLarge, "with its brackets")
		require.NoError(t, b.Add(t.Context(), strings.Repeat("x", 256<<10-4)))
		require.NoError(t, b.Flush(t.Context()))
		require.Equal(t, `["a"]`, payloads(t, f)[0])
		require.ErrorContains(t, signals.New[[]byte]("bytes").Batcher(f, signals.Ref{WorkflowID: "order-1"}).Add(t.Context(), []byte{1}),
			`"binary/plain" and cannot be batched`)
		require.ErrorContains(t, signals.New[func()]("f").Batcher(f, signals.Ref{WorkflowID: "order-1"}).Add(t.Context(), nil), "was not sent")
	})

	t.Run("several goroutines may use a batcher", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		b := items.Batcher(f, signals.Ref{WorkflowID: "order-1"})
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for range 100 {
					_ = b.Add(t.Context(), item{"a", 1})
					_ = b.Flush(t.Context())
				}
			})
		}
		group.Wait()
		require.Equal(t, 800, strings.Count(strings.Join(payloads(t, f), ""), "id"))
	})
}
