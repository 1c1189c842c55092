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

// After its deadline Serve handles the messages that came in time, and leaves those
// that come meanwhile.
func TestServeUntilADeadline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ties  signals.DeadlinePolicy
		keyed bool
		want  []string
	}{
		"one at a time, accept late": {
			ties: signals.DeadlineAcceptLate, want: []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "left a3@2", "left a4@2"},
		},
		"one at a time, history order": {
			ties: signals.DeadlineHistoryOrder,
			want: []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "left a3@2", "left a4@2"},
		},
		"by key, accept late": {
			ties: signals.DeadlineAcceptLate, keyed: true,
			want: []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "left a3@2", "left a4@2"},
		},
		"by key, history order": {
			ties: signals.DeadlineHistoryOrder, keyed: true,
			want: []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "left a3@2", "left a4@2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New(signals.NewInterceptor())
			signalstest.SendAfter(t, env, 0, plainItems, item{"a", 1}, item{"a", 2})
			signalstest.SendAfter(t, env, 40*time.Minute, plainItems, item{"a", 3})
			signalstest.SendAfter(t, env, 90*time.Minute, plainItems, item{"a", 4})
			env.ExecuteWorkflow(func(ctx workflow.Context) (work, error) {
				w := work{start: workflow.Now(ctx)}
				ch := plainItems.Channel(ctx, signals.Options{DeadlinePolicy: c.ties})
				h := signals.Handle(ch, w.handle)
				if c.keyed {
					h = signals.HandleByKey(ch, func(i item) string { return i.ID }, w.handle)
				}
				err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, 30*time.Minute)})
				for _, i := range ch.Drain(ctx) {
					w.note(ctx, "left ", i)
				}
				return w, err
			})
			var got work
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got.Log)
		})
	}
}

// While Serve handles messages that came in time, another receiver gets no later message,
// and does not spin.
func TestServeBesideAnotherReceiver(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, 0, plainItems, item{"a", 1}, item{"a", 2})
	signalstest.SendAfter(t, env, 70*time.Minute, plainItems, item{"b", 3})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
		w := work{start: workflow.Now(ctx)}
		ch := plainItems.Channel(ctx, signals.Options{})
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = workflow.Sleep(ctx, 65*time.Minute)
			if i, err := ch.Receive(ctx); err == nil {
				w.note(ctx, "other ", i)
			}
		})
		err := signals.Serve(ctx, []signals.Handler{signals.Handle(ch, w.handle)}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx,
			30*time.Minute)})
		if err == nil {
			err = workflow.Sleep(ctx, time.Minute)
		}
		return w.Log, err
	})
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "other b3@2"}, got)
}

// Drain ends Serve after all messages that have arrived; later ones stay.
func TestServeDrains(t *testing.T) {
	t.Parallel()
	for name, keyed := range map[string]bool{"one at a time": false, "by key": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			closing := signals.New[bool]("close")
			signalstest.SendAfter(t, env, 0, plainItems, item{"a", 1}, item{"a", 2}, item{"a", 3})
			signalstest.SendAfter(t, env, 30*time.Minute, closing, true)
			late := map[bool]time.Duration{false: 90 * time.Minute, true: 40 * time.Minute}[keyed] // who waits looks at once
			signalstest.SendAfter(t, env, late, plainItems, item{"a", 4})
			env.RegisterDelayedCallback(func() {
				status, err := plainItems.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
				require.NoError(t, err)
				require.Equal(t, 1, status.Received)
				require.Equal(t, 2, status.Waiting, "those that wait for their key, too")
			}, 10*time.Minute)
			env.ExecuteWorkflow(func(ctx workflow.Context) (work, error) {
				w := work{start: workflow.Now(ctx)}
				ch, end := plainItems.Channel(ctx, signals.Options{}), closing.Channel(ctx, signals.Options{})
				h := signals.Handle(ch, w.handle)
				if keyed {
					h = signals.HandleByKey(ch, func(i item) string { return i.ID }, w.handle)
				}
				err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Drain: func() bool { return end.Len() > 0 }})
				for _, i := range ch.Drain(ctx) {
					w.note(ctx, "left ", i)
				}
				return w, err
			})
			var got work
			require.NoError(t, env.GetWorkflowResult(&got))
			want := []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "+a3@2", "-a3@3", "left a4@3"}
			require.Equal(t, want, got.Log)
		})
	}
}
