package approval_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The payments of a tie: what was sent before the timer fired, and after it.
var (
	beforeIt = []Payment{{Amount: 1}, {Amount: 2}}
	afterIt  = []Payment{{Amount: 10}, {Amount: 20}}
	opening  = Payment{Amount: 5} // a batch begins with a message
)

// A tie is what a form of waiting makes of messages that it finds together
// with its timer, all messages sent before the timer, one on each side of it,
// or all after it.
type tie struct {
	form                 string
	ties                 signals.DeadlinePolicy
	need                 int
	before, mixed, after string
}

const (
	lenient = signals.DeadlineAcceptLate
	exact   = signals.DeadlineHistoryOrder
)

var ties = []tie{
	{"ReceiveWithTimeout", lenient, 1, "received [1], left []", "received [1], left [10]", "received [10], left []"},
	{"ReceiveWithTimeout", exact, 1, "received [1], left []", "received [1], left [10]", "expired [], left [10]"},
	{"ReceiveUntil", lenient, 1, "received [1], left []", "received [1], left [10]", "received [10], left []"},
	{"ReceiveUntil", exact, 1, "received [1], left []", "received [1], left [10]", "expired [], left [10]"},
	{"ReceiveUntil", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},
	{"ReceiveUntil", exact, 2, "received [1 2], left []", "expired [1], left [10]", "expired [], left [10 20]"},
	{"Receive", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},
	{"ReceiveAsync", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},
	{"Drain", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},

	// A message that counts starts the quiet time again, when a worker takes it.
	{"ReceiveBatch, Quiet", lenient, 2, "received [5 1 2], left []", "received [5 1 10], left []", "received [5 10 20], left []"},
	{"ReceiveBatch, Quiet", exact, 2, "received [5 1 2], left []", "received [5 1 10], left []", "received [5], left [10 20]"},
	{"ReceiveBatch, MaxWait", lenient, 2, "received [5 1 2], left []", "received [5 1 10], left []", "received [5 10 20], left []"},
	{"ReceiveBatch, MaxWait", exact, 2, "received [5 1 2], left []", "received [5 1], left [10]", "received [5], left [10 20]"},

	// A condition cannot show what came first.
	{"AwaitWithTimeout", lenient, 1, "received [1], left []", "received [1 10], left []", "received [10], left []"},
	{"AwaitWithTimeout", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},
	{"AwaitUntil", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},

	{"Serve", lenient, 2, "received [1 2], left []", "received [1 10], left []", "received [10 20], left []"},
	{"Serve", exact, 2, "received [1 2], left []", "expired [1], left [10]", "expired [], left [10 20]"},

	// What history recorded first wakes the selector; then the first case wins.
	{"Selector", lenient, 1, "received [1], left []", "received [1], left [10]", "expired [], left [10]"},
	{"Selector", lenient, 2, "received [1 2], left []", "received [1 10], left []", "expired [], left [10 20]"},

	// The timer's future is ready at once, the message's when its coroutine has
	// run: the timer wins, whatever came first. The message is kept.
	{"Race", lenient, 1, "expired [], left [1]", "expired [], left [1 10]", "expired [], left [10]"},

	// For contrast: one takes what came too late, the other loses what was in time.
	{"the SDK's ReceiveWithTimeout", lenient, 1, "received [1], left []", "received [1], left [10]", "received [10], left []"},
	{"the SDK's AwaitWithTimeout", lenient, 1, "expired [], left [1]", "expired [], left [1 10]", "expired [], left [10]"},
}

// The worker is killed, messages come before and after the timer fires, and a
// new worker, with nothing in its cache, finds them together. One worker has
// the runs of all rows.
func TestSignalTies(t *testing.T) {
	t.Parallel()
	const queue = "signal-ties"
	type tied struct {
		name, want    string
		run           client.WorkflowRun
		before, after []Payment
		opened        int // how many came before these
	}
	var all []tied
	for _, row := range ties {
		n := row.need
		for _, c := range []tied{
			{name: "before", want: row.before, before: beforeIt[:n]},
			{name: "before and after", want: row.mixed, before: beforeIt[:1], after: afterIt[:1]},
			{name: "after", want: row.after, after: afterIt[:n]},
		} {
			c.name = fmt.Sprintf("%s, %s, %d, %s", row.form, map[signals.DeadlinePolicy]string{lenient: "lenient", exact: "exact"}[row.ties], n,
				c.name)
			c.run = startOn(t, temporal, queue, c.name, Wait, Waiting{Form: row.form, Ties: row.ties, Need: n, Deadline: 20 * time.Second})
			if strings.HasPrefix(row.form, "ReceiveBatch") {
				pay(t, c.run, opening)
				c.opened = 1
			}
			all = append(all, c)
		}
	}
	// Only now, so that all timers start at about the same time.
	w := e2etest.StartProcess(t, queue, stickyEnv+"=1s")
	for _, c := range all {
		e2etest.WaitForEvents(t, temporal, c.run, started, 1)
	}
	w.Kill()
	for _, c := range all {
		pay(t, c.run, c.before...)
	}
	for _, c := range all {
		events := e2etest.WaitForEvents(t, temporal, c.run, fired, 1)
		require.Equal(t, c.opened+len(c.before), e2etest.CountEvents(events, signaled), "they are in history before the timer")
		pay(t, c.run, c.after...)
	}
	e2etest.StartProcess(t, queue)
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			var got string
			require.NoError(t, c.run.Get(t.Context(), &got))
			require.Equal(t, c.want, got)
		})
	}
}

func pay(t *testing.T, run client.WorkflowRun, payments ...Payment) {
	t.Helper()
	for _, p := range payments {
		require.NoError(t, Paid.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID(), RunID: run.GetRunID()}, p))
	}
}
