package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

var finished = signals.New[int]("finished")

// waiting returns a step that waits for a signal in a coroutine of that depth.
func waiting(depth int) func(workflow.Context) (string, error) {
	if depth == 0 {
		return func(ctx workflow.Context) (string, error) {
			_, err := finished.Channel(ctx, signals.Options{}).Receive(ctx)
			return "done", err
		}
	}
	return func(ctx workflow.Context) (string, error) {
		future, settable := workflow.NewFuture(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) { settable.Set(waiting(depth - 1)(ctx)) })
		var result string
		err := future.Get(ctx, &result)
		return result, err
	}
}

// nested is a step that waits in a DoUntil of its own.
func nested(ctx workflow.Context) (string, error) {
	return timeouts.DoUntil(ctx, nil, 0, waiting(0))
}

// The worker was down when the time was up and when the step ended, and sees both in
// one workflow task. The step counts as in time, also when its result passes through
// several coroutines.
func TestDoAfterDowntime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order string // s: the step ends, |: the timer fires, /: a workflow task
		step  func(workflow.Context) (string, error)
		want  string
	}{
		"step ends before the timer":                 {order: "s|", step: waiting(0), want: "done"},
		"step ends after the timer":                  {order: "|s", step: waiting(0), want: "done"},
		"step ends through one coroutine":            {order: "s|", step: waiting(1), want: "done"},
		"step ends through two coroutines":           {order: "s|", step: waiting(2), want: "done"},
		"step ends through three coroutines":         {order: "|s", step: waiting(3), want: "done"},
		"step ends in a nested DoUntil":              {order: "s|", step: nested, want: "done"},
		"step does not end":                          {order: "|", step: waiting(0), want: "timed out"},
		"step does not end in a nested DoUntil":      {order: "|", step: nested, want: "timed out"},
		"step does not end through three coroutines": {order: "|", step: waiting(3), want: "timed out"},
		"step ends in the next workflow task":        {order: "|/s", step: waiting(0), want: "timed out"},
	} {
		for grace, graced := range map[string]time.Duration{"": 0, " with a grace": time.Minute} {
			t.Run(name+grace, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "do")
				timer := h.TimerStarted(time.Hour)
				h.Pass(2 * time.Hour)
				for _, event := range c.order {
					switch event {
					case '|':
						h.TimerFired(timer)
					case '/':
						h.Task() // the time is up, and the workflow ends
					default:
						h.Signal(finished.Name(), historytest.JSON(t, 1))
					}
				}
				if c.order != "|/s" {
					h.Task()
				}
				var got string
				h.Result(&got, func(ctx workflow.Context) (string, error) {
					result, err := timeouts.DoUntil(ctx, signals.NewDeadline(ctx, time.Hour), graced, c.step)
					if isTimedOut(err) {
						return "timed out", nil
					}
					return result, err
				}, signals.NewInterceptor())
				require.Equal(t, c.want, got)
			})
		}
	}
}

// A deadline that is extended in time moves the limit of a DoUntil that waits for it,
// also when the worker was down.
func TestDoUntilExtendedDeadline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order string        // x: the extension, |: the timer fires
		left  time.Duration // as the worker sees it
		want  string
	}{
		"deadline is extended":                          {order: "x", left: 90 * time.Minute, want: "done"},
		"deadline is extended while the worker is down": {order: "x|", left: 45 * time.Minute, want: "done"},
		"deadline is not extended":                      {order: "|", want: "timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "do")
			timer := h.TimerStarted(time.Hour)
			h.Pass(30 * time.Minute)
			for _, event := range c.order {
				if event == '|' {
					h.Pass(45 * time.Minute).TimerFired(timer)
				} else {
					h.Signal("extend", historytest.JSON(t, true))
				}
			}
			h.Task()
			if c.want == "done" {
				if c.left == 90*time.Minute {
					h.TimerCanceled(timer)
				}
				h.TimerStarted(c.left)
				h.Pass(time.Minute).Signal(finished.Name(), historytest.JSON(t, 1)).Task()
			}
			var got string
			h.Result(&got, extensibleDo, signals.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}

func extensibleDo(ctx workflow.Context) (string, error) {
	deadline := signals.NewDeadline(ctx, time.Hour)
	workflow.Go(ctx, func(ctx workflow.Context) {
		_, ok, err := signals.New[bool]("extend").Channel(ctx, signals.Options{}).ReceiveUntil(ctx, deadline)
		if ok && err == nil {
			_ = deadline.Extend(ctx, time.Hour) // the result tells
		}
	})
	result, err := timeouts.DoUntil(ctx, deadline, 0, waiting(0))
	if isTimedOut(err) {
		return "timed out", nil
	}
	return result, err
}
