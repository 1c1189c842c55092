package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// A key of which many messages wait holds up no other key and no other channel.
func TestBusyKeyHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	busy, other := signals.New[string]("busy"), signals.New[string]("other")
	for name, second := range map[string]signals.Signal[string]{"of another channel": other, "of the same channel": busy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			signalstest.SendAfter(t, env, time.Second, busy, make([]string, 150)...)
			signalstest.SendAfter(t, env, 2*time.Second, second, "b")
			env.ExecuteWorkflow(func(ctx workflow.Context) (time.Duration, error) {
				begin := workflow.Now(ctx)
				var after time.Duration
				key := func(s string) string { return s }
				handle := func(ctx workflow.Context, s string) error {
					if s == "b" {
						after = workflow.Now(ctx).Sub(begin)
						return nil
					}
					return workflow.Sleep(ctx, time.Minute)
				}
				first, second := busy.Channel(ctx, signals.Options{}), other.Channel(ctx, signals.Options{})
				err := signals.Serve(ctx, []signals.Handler{
					signals.HandleByKey(first, key, handle),
					signals.HandleByKey(second, key, handle),
				}, signals.ServeOptions{Stop: func() bool { return after > 0 }})
				left := first.Drain(ctx)
				require.Len(t, left, 149)
				return after, err
			})
			var after time.Duration
			require.NoError(t, env.GetWorkflowResult(&after))
			require.Equal(t, 2*time.Second, after)
		})
	}
}

// Messages of one key are handled in order, and what was set aside goes back in
// the order of all.
func TestSetAsideInOrder(t *testing.T) {
	t.Parallel()
	s := signals.New[item]("set-aside").WithID(func(i item) string { return i.ID + string(rune('0'+i.N)) })
	env := testenv.New()
	signalstest.SendAfter(t, env, 0, s, item{"a", 1}, item{"b", 1}, item{"a", 2}, item{"b", 2}, item{"a", 3}, item{"b", 3}, item{"c", 1},
		item{"a", 4})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]item, error) {
		ch := s.Channel(ctx, signals.Options{})
		var handled []item
		err := signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, func(i item) string { return i.ID }, func(ctx workflow.Context, i item) error {
				handled = append(handled, i)
				return workflow.Sleep(ctx, time.Minute)
			}),
		}, signals.ServeOptions{Parallel: 3, Stop: func() bool { return len(handled) == 4 }})
		return append(handled, ch.Drain(ctx)...), err
	})
	var got []item
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []item{{"a", 1}, {"b", 1}, {"c", 1}, {"a", 2}, {"b", 2}, {"a", 3}, {"b", 3}, {"a", 4}}, got)
}
