package signals_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// work is a handler's: it takes an hour for each message, and notes when that
// began and ended.
type work struct {
	start time.Time
	Log   []string
}

func (w *work) handle(ctx workflow.Context, i item) error {
	w.note(ctx, "+", i)
	err := workflow.Sleep(ctx, time.Hour)
	w.note(ctx, "-", i)
	return err
}

func (w *work) note(ctx workflow.Context, what string, i item) {
	w.Log = append(w.Log, fmt.Sprintf("%s%s%d@%v", what, i.ID, i.N, workflow.Now(ctx).Sub(w.start).Hours()))
}

// serving serves items for so long, one after the other or by their ID as key,
// and tells what is left.
func serving(keyed bool, parallel int, d time.Duration) func(workflow.Context) (work, error) {
	return func(ctx workflow.Context) (work, error) {
		w := work{start: workflow.Now(ctx)}
		ch := plainItems.Channel(ctx, signals.Options{})
		deadline := signals.NewDeadline(ctx, d)
		h := signals.Handle(ch, w.handle)
		if keyed {
			h = signals.HandleByKey(ch, func(i item) string { return i.ID }, w.handle)
		}
		err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Stop: deadline.Passed, Parallel: parallel})
		for _, i := range ch.Drain(ctx) {
			w.note(ctx, "left ", i)
		}
		return w, err
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	abab := []item{{"a", 1}, {"a", 2}, {"b", 3}, {"c", 4}, {"a", 5}}
	for name, c := range map[string]struct {
		workflow func(workflow.Context) (work, error)
		want     []string
	}{
		"one at a time in order; a running handler ends, the rest stays": {
			workflow: serving(false, 0, 150*time.Minute),
			want:     []string{"+a1@0", "-a1@1", "+a2@1", "-a2@2", "+b3@2", "-b3@3", "left c4@3", "left a5@3"},
		},
		"keys in parallel, messages of one key in order": {
			workflow: serving(true, 0, 150*time.Minute),
			want:     []string{"+a1@0", "+b3@0", "+c4@0", "-a1@1", "+a2@1", "-b3@1", "-c4@1", "-a2@2", "+a5@2", "-a5@3"},
		},
		"messages that wait for their key are given back in order": {
			workflow: serving(true, 0, 30*time.Minute),
			want:     []string{"+a1@0", "+b3@0", "+c4@0", "-a1@1", "-b3@1", "-c4@1", "left a2@1", "left a5@1"},
		},
		"at most Parallel handlers at the same time": {
			workflow: serving(true, 2, 90*time.Minute),
			want:     []string{"+a1@0", "+b3@0", "-a1@1", "+a2@1", "-b3@1", "+c4@1", "-a2@2", "-c4@2", "left a5@2"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			signalstest.SendAfter(t, env, 0, plainItems, abab...)
			env.ExecuteWorkflow(c.workflow)
			var got work
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got.Log)
		})
	}
}

// What is given back was not received: its ID is free, and it is carried.
func TestServeGivesBackWithTheID(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	for n := range 3 {
		signalstest.SendAfter(t, env, 0, items, item{fmt.Sprint("id", n), n})
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		ch := items.Channel(ctx, signals.Options{})
		deadline := signals.NewDeadline(ctx, time.Minute)
		var got []int
		h := signals.HandleByKey(ch, func(item) string { return "one key" }, func(ctx workflow.Context, i item) error {
			got = append(got, i.N)
			return workflow.Sleep(ctx, time.Hour)
		})
		if err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Stop: deadline.Passed}); err != nil {
			return nil, err
		}
		got = append(got, ch.Len())
		return got, signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Stop: func() bool { return len(got) == 4 }})
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{0, 2, 1, 2}, got)
	status, err := items.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 3, status.Received)
	require.Zero(t, status.Duplicates)
}

// The first error ends the serving when the running handlers have ended.
func TestServeEndsWithAnError(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, 0, plainItems, item{"slow", 1}, item{"bad", 2}, item{"slow", 3}, item{"new", 4})
	var log []string
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := plainItems.Channel(ctx, signals.Options{})
		h := signals.HandleByKey(ch, func(i item) string { return i.ID }, func(ctx workflow.Context, i item) error {
			if i.ID == "bad" {
				return temporal.NewApplicationError("no such item", "NoSuchItem")
			}
			err := workflow.Sleep(ctx, time.Hour)
			log = append(log, fmt.Sprint(i.ID, i.N))
			return err
		})
		err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{})
		log = append(log, fmt.Sprint("left ", ch.Len()))
		return err
	})
	require.ErrorContains(t, env.GetWorkflowError(), "no such item")
	require.Equal(t, []string{"slow1", "new4", "left 1"}, log)
}

// Cancellation reaches the handlers; Serve returns when they have ended.
func TestServeIsCanceled(t *testing.T) {
	t.Parallel()
	for name, keyed := range map[string]bool{"one at a time": false, "by key": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			signalstest.SendAfter(t, env, 0, plainItems, item{"a", 1}, item{"a", 2})
			env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
			ended := false
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ch := plainItems.Channel(ctx, signals.Options{})
				clean := func(ctx workflow.Context, _ item) error {
					_ = workflow.Sleep(ctx, time.Hour)
					err := workflow.Sleep(disconnected(ctx), time.Minute)
					ended = true
					return err
				}
				h := signals.Handle(ch, clean)
				if keyed {
					h = signals.HandleByKey(ch, func(i item) string { return i.ID }, clean)
				}
				err := signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{})
				if !ended || ch.Len() != 1 {
					return errors.New("it returned too soon, or took too much")
				}
				return err
			})
			require.True(t, temporal.IsCanceledError(env.GetWorkflowError()), "%v", env.GetWorkflowError())
		})
	}
}
