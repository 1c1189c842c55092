package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// selecting loops over a selector until its timer fires, after a minute.
func selecting(ctx workflow.Context, carried signals.ContinueState) (selected, error) {
	var got selected
	ch := items.Channel(ctx, signals.Options{ContinueState: carried})
	start, done := workflow.Now(ctx), false
	s := workflow.NewSelector(ctx)
	addTo(ctx, ch, s, func(i item) { got.Items = append(got.Items, i.N) })
	s.AddFuture(workflow.NewTimer(ctx, time.Minute), func(workflow.Future) { done = true })
	for !done {
		s.Select(ctx)
		got.Selects++
	}
	got.Seconds = workflow.Now(ctx).Sub(start).Seconds()
	return got, nil
}

type selected struct {
	Items   []int
	Selects int
	Seconds float64
}

func TestAddTo(t *testing.T) {
	t.Parallel()
	second := time.Second
	garbage := func(env *testsuite.TestWorkflowEnvironment, at time.Duration) {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", "garbage") }, at)
	}
	for name, c := range map[string]struct {
		send func(t *testing.T, env *testsuite.TestWorkflowEnvironment)
		want selected
	}{
		"each message of a signal": {
			send: func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
				signalstest.SendAfter(t, env, 10*second, items, item{"a", 1})
				signalstest.SendAfter(t, env, 20*second, items, item{"b", 2})
			},
			want: selected{[]int{1, 2}, 3, 60},
		},
		"each message of a batch": {
			send: func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
				signalstest.SendBatchAfter(t, env, 10*second, items, item{"a", 1}, item{"b", 2}, item{"c", 3})
			},
			want: selected{[]int{1, 2, 3}, 4, 60},
		},
		"a bad message or a duplicate ends Select without a message": {
			send: func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
				garbage(env, 10*second)
				signalstest.SendAfter(t, env, 20*second, items, item{"a", 1})
				signalstest.SendAfter(t, env, 30*second, items, item{"a", 2})
				garbage(env, 40*second)
			},
			want: selected{[]int{1}, 5, 60},
		},
		"a bad message does not delay the timer": {
			send: func(_ *testing.T, env *testsuite.TestWorkflowEnvironment) {
				garbage(env, 10*second)
			},
			want: selected{nil, 2, 60},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			c.send(t, env)
			env.ExecuteWorkflow(selecting, signals.ContinueState{})
			var got selected
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
		})
	}
}

// Messages of the run before are in no channel of the SDK's, and are handed
// over first nevertheless.
func TestAddToWithCarried(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1}, item{"b", 2}, item{"c", 3})
	env.ExecuteWorkflow(handleSome, carrying{}, 1)
	in := next(t, env)
	env = testenv.New()
	env.ExecuteWorkflow(selecting, in.Carried)
	var got selected
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, selected{[]int{2, 3}, 3, 60}, got)
}

// "The callback sets a variable" is how a selector is used, so each Select hands
// over one message, also when more have arrived.
func TestSelectHandsOverOneMessage(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(t *testing.T, env *testsuite.TestWorkflowEnvironment){
		"three signals": func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
			signalstest.SendAfter(t, env, time.Second, items, item{"a", 1}, item{"b", 2}, item{"c", 3})
		},
		"a batch": func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
			signalstest.SendBatchAfter(t, env, time.Second, items, item{"a", 1}, item{"b", 2}, item{"c", 3})
		},
		"a batch and a signal": func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
			signalstest.SendBatchAfter(t, env, time.Second, items, item{"a", 1}, item{"b", 2})
			signalstest.SendAfter(t, env, time.Second, items, item{"c", 3})
		},
		"bad messages between good ones": func(t *testing.T, env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", "garbage") }, time.Second)
			signalstest.SendAfter(t, env, time.Second, items, item{"a", 1})
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", "garbage") }, time.Second)
			signalstest.SendAfter(t, env, time.Second, items, item{"b", 2}, item{"b", 2}, item{"c", 3})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			send(t, env)
			env.ExecuteWorkflow(func(ctx workflow.Context) (all []int, err error) {
				var last item
				s := addTo(ctx, items.Channel(ctx, signals.Options{}), workflow.NewSelector(ctx), func(i item) { last = i })
				if err := workflow.Sleep(ctx, time.Minute); err != nil {
					return nil, err
				}
				for s.HasPending() {
					last = item{}
					s.Select(ctx)
					if last.N != 0 {
						all = append(all, last.N)
					}
				}
				return all, nil
			})
			var all []int
			require.NoError(t, env.GetWorkflowResult(&all))
			require.Equal(t, []int{1, 2, 3}, all)
		})
	}
}

func TestSelectorAfterReceiveGetsTheRestOfABatch(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendBatchAfter(t, env, time.Minute, plainItems, item{"a", 1}, item{"b", 2}, item{"c", 3})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got []int, err error) {
		ch, done := plainItems.Channel(ctx, signals.Options{}), false
		s := addTo(ctx, ch, workflow.NewSelector(ctx), func(i item) { got = append(got, i.N) })
		s.AddFuture(workflow.NewTimer(ctx, time.Hour), func(workflow.Future) { done = true })
		first, _ := ch.Receive(ctx)
		for got = append(got, first.N); !done; {
			s.Select(ctx)
		}
		return got, nil
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{1, 2, 3}, got)
}

func TestSelectorWhileServeEndsDoesNotSpin(t *testing.T) {
	t.Parallel()
	env, loops := testenv.New(), 0
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1})
	signalstest.SendAfter(t, env, 2*time.Hour, plainItems, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := plainItems.Channel(ctx, signals.Options{})
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = workflow.Sleep(ctx, 90*time.Minute)
			s := addTo(ctx, ch, workflow.NewSelector(ctx), func(item) {})
			for ; loops < 100_000; loops++ {
				s.Select(ctx)
			}
		})
		return signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, idOf, func(ctx workflow.Context, _ item) error { return workflow.Sleep(ctx, 5*time.Hour) }),
		}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)})
	})
	require.Less(t, loops, 10)
}
