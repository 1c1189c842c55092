package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// batches are what a workflow collected, and after how many seconds each ended.
type batches struct {
	Amounts [][]int
	Seconds []float64
}

// collectBatches collects n batches, and then goes on for an hour.
func collectBatches(b signals.BatchOptions, ties signals.DeadlinePolicy, n int) func(workflow.Context) (batches, error) {
	return func(ctx workflow.Context) (batches, error) {
		var got batches
		start := workflow.Now(ctx)
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		for range n {
			batch, err := ch.ReceiveBatch(ctx, b)
			amounts := []int{}
			for _, p := range batch {
				amounts = append(amounts, p.Amount)
			}
			got.Amounts = append(got.Amounts, amounts)
			got.Seconds = append(got.Seconds, workflow.Now(ctx).Sub(start).Seconds())
			if temporal.IsCanceledError(err) {
				return got, nil
			}
		}
		return got, workflow.Sleep(ctx, time.Hour) // a timer that was left running fires here
	}
}

func TestReceiveBatch(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		batch    signals.BatchOptions
		at       []int // seconds at which messages come; the amounts are 1, 2, 3, …
		cancelAt int
		want     batches
		timers   int // of the batches; the sleep has one more
	}{
		"a batch ends after its idle timeout": {
			batch: signals.BatchOptions{IdleTimeout: 15 * time.Second}, at: []int{10, 20, 30, 40},
			want: batches{[][]int{{1, 2, 3, 4}}, []float64{55}}, timers: 4,
		},
		"a batch has one timer for each idle period, not for each message": {
			batch: signals.BatchOptions{IdleTimeout: 60 * time.Second}, at: []int{10, 11, 12, 13, 14, 15, 16, 17, 18, 19},
			want: batches{[][]int{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, []float64{79}}, timers: 2,
		},
		"a batch ends with its maximum of messages": {
			batch: signals.BatchOptions{Max: 2, IdleTimeout: time.Minute}, at: []int{10, 20, 30, 40},
			want: batches{[][]int{{1, 2}, {3, 4}}, []float64{20, 40}}, timers: 2,
		},
		"a batch ends after MaxWait although messages keep coming": {
			batch: signals.BatchOptions{IdleTimeout: 15 * time.Second, MaxWait: 25 * time.Second},
			at:    []int{10, 20, 30, 40}, want: batches{[][]int{{1, 2, 3}}, []float64{35}}, timers: 2,
		},
		"a batch with MaxWait alone has one timer": {
			batch: signals.BatchOptions{MaxWait: 25 * time.Second}, at: []int{10, 20, 30, 40},
			want: batches{[][]int{{1, 2, 3}}, []float64{35}}, timers: 1,
		},
		"a batch without limits returns what has arrived": {
			batch: signals.BatchOptions{}, at: []int{10, 20}, want: batches{[][]int{{1}, {2}}, []float64{10, 20}},
		},
		"a canceled batch returns what it has collected": {
			batch: signals.BatchOptions{IdleTimeout: time.Minute}, at: []int{10, 20}, cancelAt: 30,
			want: batches{[][]int{{1, 2}}, []float64{30}}, timers: 1,
		},
		"a canceled batch does not wait for its first message": {
			batch: signals.BatchOptions{IdleTimeout: time.Minute}, cancelAt: 30, want: batches{[][]int{{}}, []float64{30}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			for i, second := range c.at {
				at(env, time.Duration(second)*time.Second, payment{Amount: i + 1})
			}
			want := c.timers + 1
			if c.cancelAt > 0 {
				env.RegisterDelayedCallback(env.CancelWorkflow, time.Duration(c.cancelAt)*time.Second)
				want = c.timers
			}
			env.ExecuteWorkflow(collectBatches(c.batch, signals.DeadlineAcceptLate, len(c.want.Amounts)))
			require.NoError(t, env.GetWorkflowError())
			var got batches
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			require.Equal(t, want, n.started, "timers")
			if c.cancelAt == 0 {
				require.Equal(t, n.started, n.fired+n.canceled, "a timer was left running")
			}
		})
	}
}

// The worker was down when the idle timeout ended.
func TestReceiveBatchAfterDowntime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		ties  signals.DeadlinePolicy
		order string // s: a message, |: the timer fires
		want  [][]int
	}{
		"accept late: a message after the timer continues the batch": {
			ties: signals.DeadlineAcceptLate, order: "|s", want: [][]int{{1, 2}},
		},
		"history order: a message after the timer begins the next batch": {
			ties: signals.DeadlineHistoryOrder, order: "|s", want: [][]int{{1}, {2}},
		},
		"history order: a message before the timer continues the batch": {
			ties: signals.DeadlineHistoryOrder, order: "s|s", want: [][]int{{1, 2, 3}},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "batch")
			amount := 1
			send := func() {
				h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: amount}))
				amount++
			}
			send()
			h.Task()
			timer := h.TimerStarted(time.Minute)
			h.Pass(2 * time.Minute)
			for _, event := range c.order {
				if event == '|' {
					h.TimerFired(timer)
				} else {
					send()
				}
			}
			h.Task()
			// The next wait lasts for another idle minute.
			next := h.TimerStarted(time.Minute)
			h.Pass(time.Minute).TimerFired(next).Task()

			var got [][]int
			h.Result(&got, func(ctx workflow.Context) ([][]int, error) {
				ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: c.ties})
				var all [][]int
				for n := 0; n < amount-1; {
					batch, err := ch.ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: time.Minute})
					if err != nil {
						return nil, err
					}
					var amounts []int
					for _, p := range batch {
						amounts = append(amounts, p.Amount)
					}
					n += len(batch)
					all = append(all, amounts)
				}
				return all, nil
			}, signals.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}
