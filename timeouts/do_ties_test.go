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

// direct waits for a signal; deeper waits for a coroutine that does, and so on.
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

// nested waits in a Do within a Do, whose own time is far away.
func nested(ctx workflow.Context) (string, error) {
	return timeouts.DoUntil(ctx, nil, 0, waiting(0))
}

// The worker was down when time was up, and when the work was done: both reach
// it in one workflow task. The work has the benefit of the doubt, also when its
// result comes through several coroutines.
func TestDoAfterDowntime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order string // s: the work is done, |: the timer fires
		work  func(workflow.Context) (string, error)
		want  string
	}{
		"done, then time is up":           {"s|", waiting(0), "done"},
		"time is up, then done":           {"|s", waiting(0), "done"},
		"done by another coroutine":       {"s|", waiting(1), "done"},
		"done by one behind it":           {"s|", waiting(2), "done"},
		"by one behind that":              {"|s", waiting(3), "done"},
		"in a Do of its own":              {"s|", nested, "done"},
		"not done":                        {"|", waiting(0), "timed out"},
		"not done, in a Do of its own":    {"|", nested, "timed out"},
		"not done, by other coroutines":   {"|", waiting(3), "timed out"},
		"done in the workflow task after": {"|/s", waiting(0), "timed out"},
	} {
		for grace, graced := range map[string]time.Duration{"": 0, ", with grace": time.Minute} {
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
						h.Task() // time is up for good, and the workflow ends
					default:
						h.Signal(finished.Name(), historytest.JSON(t, 1))
					}
				}
				if c.order != "|/s" {
					h.Task()
				}
				var got string
				h.Result(&got, func(ctx workflow.Context) (string, error) {
					result, err := timeouts.DoUntil(ctx, signals.NewDeadline(ctx, time.Hour), graced, c.work)
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

// A deadline that is extended in time, while a Do waits for it, is later for the
// Do too, whatever came first to the worker.
func TestDoUntilAnExtendedDeadline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order string        // x: the extension, |: the timer fires
		left  time.Duration // as the worker sees it
		want  string
	}{
		"extended":                      {"x", 90 * time.Minute, "done"},
		"extended, the worker was down": {"x|", 45 * time.Minute, "done"},
		"not extended":                  {"|", 0, "timed out"},
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
