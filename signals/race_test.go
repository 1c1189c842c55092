package signals_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// runner is a contender that ends after a while with err, and takes a minute
// to clean up when it is canceled.
func runner(d time.Duration, err error, ended *[]string, name string) func(workflow.Context) workflow.Future {
	return func(ctx workflow.Context) workflow.Future {
		f, settable := workflow.NewFuture(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) {
			if canceled := workflow.Sleep(ctx, d); canceled != nil {
				_ = workflow.Sleep(disconnected(ctx), time.Minute)
				*ended = append(*ended, name+" canceled")
				settable.SetError(canceled)
				return
			}
			*ended = append(*ended, name)
			settable.Set(name, err)
		})
		return f
	}
}

func TestRace(t *testing.T) {
	t.Parallel()
	type result struct {
		Winner int
		Value  string
		Ended  []string
		After  time.Duration
	}
	broken := temporal.NewApplicationError("broken", "Broken")
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	type contender struct {
		after time.Duration
		err   error
	}
	for name, c := range map[string]struct {
		contenders   []contender
		want         result
		reason       signals.Reason
		err          string
		nonRetryable bool
	}{
		"the first contender that succeeds wins, the others are canceled and awaited": {
			contenders: []contender{{3 * time.Hour, nil}, {time.Hour, nil}, {2 * time.Hour, nil}},
			want:       result{1, "1", []string{"1", "0 canceled", "2 canceled"}, time.Hour + time.Minute},
		},
		"a failure does not end the race": {
			contenders: []contender{{time.Hour, broken}, {2 * time.Hour, nil}},
			want:       result{1, "1", []string{"0", "1"}, 2 * time.Hour},
		},
		"the error quotes all failures": {
			contenders: []contender{{time.Hour, broken}, {2 * time.Hour, final}},
			want:       result{-1, "", []string{"0", "1"}, 2 * time.Hour},
			reason:     signals.ReasonAllFailed,
			err: "none of 2 contenders has succeeded; handle the failures, or add a contender that cannot fail (0: broken (type: Broken, " +
				"retryable: true); 1: final",
		},
		"the error is non-retryable when all failures are": {
			contenders: []contender{{time.Hour, final}, {time.Hour, final}},
			want:       result{-1, "", []string{"0", "1"}, time.Hour},
			reason:     signals.ReasonAllFailed, err: "none of 2 contenders", nonRetryable: true,
		},
		"a race without contenders is refused": {
			want: result{Winner: -1}, reason: signals.ReasonMisuse, err: "pass at least one", nonRetryable: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			var got result
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				var contenders []func(workflow.Context) workflow.Future
				for i, c := range c.contenders {
					contenders = append(contenders, runner(c.after, c.err, &got.Ended, string(rune('0'+i))))
				}
				start := workflow.Now(ctx)
				winner, f, err := signals.Race(ctx, contenders...)
				got.Winner, got.After = winner, workflow.Now(ctx).Sub(start)
				if err == nil {
					err = f.Get(ctx, &got.Value)
				}
				return err
			})
			require.Equal(t, c.want, got)
			if c.err == "" {
				require.NoError(t, env.GetWorkflowError())
				return
			}
			var app *temporal.ApplicationError
			require.ErrorAs(t, env.GetWorkflowError(), &app)
			require.Equal(t, c.reason.Error(), app.Type())
			require.ErrorContains(t, app, c.err)
			require.Equal(t, c.nonRetryable, app.NonRetryable())
		})
	}
}

// A canceled contender counts as failed and does not close the workflow as canceled.
func TestRaceTreatsACanceledContenderAsFailed(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		canceled := func(workflow.Context) workflow.Future {
			other, cancel := workflow.WithCancel(ctx)
			f := workflow.NewTimer(other, time.Hour)
			cancel()
			return f
		}
		failed := func(ctx workflow.Context) workflow.Future {
			f, settable := workflow.NewFuture(ctx)
			settable.SetError(temporal.NewNonRetryableApplicationError("final", "Final", nil))
			return f
		}
		_, _, err := signals.Race(ctx, canceled, failed)
		return err
	})
	var app *temporal.ApplicationError
	require.ErrorAs(t, env.GetWorkflowError(), &app)
	require.False(t, temporal.IsCanceledError(env.GetWorkflowError()))
	require.False(t, app.NonRetryable(), "what was canceled may work the next time")
	require.ErrorContains(t, errors.Unwrap(app), "final")
}

// A canceled run gets its CanceledError, untouched, once all have ended.
func TestRaceIsCanceled(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	n := watch(env)
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
	var ended []string
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		_, _, err := signals.Race(ctx, runner(time.Hour, nil, &ended, "a"), runner(2*time.Hour, nil, &ended, "b"))
		return err
	})
	require.True(t, temporal.IsCanceledError(env.GetWorkflowError()))
	require.Equal(t, []string{"a canceled", "b canceled"}, ended)
	require.Equal(t, 4, n.started)
	require.Equal(t, 2, n.fired, "the two of the clean-up")
}

// Both timers fire while the worker is down: the first in history wins, not the
// first in the list.
func TestRaceAfterDowntime(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]int{"the first timer fires first": 0, "the second timer fires first": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "race")
			timers := []string{h.TimerStarted(time.Minute), h.TimerStarted(time.Minute)}
			h.TimerFired(timers[first]).TimerFired(timers[1-first]).Task()
			var winner int
			h.Result(&winner, func(ctx workflow.Context) (int, error) {
				timer := func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, time.Minute) }
				winner, _, err := signals.Race(ctx, timer, timer)
				return winner, err
			})
			require.Equal(t, first, winner)
		})
	}
}

// The text of a race error is bounded, as it goes into history.
func TestTextOfARaceErrorIsBounded(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		failing := func(text string) func(workflow.Context) workflow.Future {
			return func(ctx workflow.Context) workflow.Future {
				f, settable := workflow.NewFuture(ctx)
				settable.SetError(errors.New(text))
				return f
			}
		}
		_, _, err := signals.Race(ctx, failing("no \xff"), failing(strings.Repeat("long ", 100_000)), failing(strings.Repeat("é", 100_000)))
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Less(t, len(app.Message()), 5_000)
		require.True(t, utf8.ValidString(app.Message()))
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
