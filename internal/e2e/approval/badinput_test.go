package approval_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Whatever is sent, and in whatever form the workflow waits: no workflow task
// fails, the deadline stays where it is, and a good message still comes
// through.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const queue = "bad-input"
	e2etest.StartProcess(t, queue)
	for _, form := range []string{
		"Receive", "ReceiveUntil", "ReceiveWithTimeout", "ReceiveAsync", "ReceiveBatch", "Drain", "Selector", "Serve", "AwaitUntil",
	} {
		begin := func(t *testing.T, deadline time.Duration) client.WorkflowRun {
			run := startOn(t, temporal, queue, t.Name(), Wait, Waiting{Form: form, Need: 1, Deadline: deadline})
			e2etest.WaitForEvents(t, temporal, run, started, 1)
			for _, b := range garbage {
				require.NoError(t, b.send(t, run), b.what)
			}
			require.Error(t, temporal.SignalWorkflow(t.Context(), run.GetID(), "", Paid.Name(), strings.Repeat("x", 5<<19)), "2.5 MB")
			return run
		}

		t.Run(form+", then silence", func(t *testing.T) {
			t.Parallel()
			const deadline = 20 * time.Second // all of the garbage is sent within it
			run := begin(t, deadline)
			requireOutcome(t, run, "expired [], left []", 0)
			events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
			end := e2etest.WaitForEvents(t, temporal, run, fired, 1)
			require.Equal(t, len(garbage), e2etest.CountEvents(end, signaled), "all came before the deadline")
			require.Equal(t, 1, e2etest.CountEvents(events, started), "something moved the deadline")
			begun := e2etest.WaitForEvents(t, temporal, run, started, 1)
			require.GreaterOrEqual(t, at(end).Sub(at(begun)), deadline)
		})

		t.Run(form+", then a good one", func(t *testing.T) {
			t.Parallel()
			run := begin(t, time.Minute)
			pay(t, run, Payment{Amount: 7})
			requireOutcome(t, run, "received [7], left []", 1)
			events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
			require.Equal(t, 1, e2etest.CountEvents(events, started))
			require.Zero(t, e2etest.CountEvents(events, fired))
		})
	}
}

// requireOutcome says how a run ended that got the whole garbage, what became
// of its messages, and that no workflow task has failed.
func requireOutcome(t *testing.T, run client.WorkflowRun, want string, received int) {
	t.Helper()
	var got string
	require.NoError(t, run.Get(t.Context(), &got))
	require.Equal(t, want, got)
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	require.Zero(t, e2etest.CountEvents(events, taskFailed))

	status := answer(t, func(ctx context.Context) (signals.Status, error) {
		return Paid.Status(ctx, temporal, signals.Ref{WorkflowID: run.GetID(), RunID: run.GetRunID()})
	})
	require.Equal(t, received, status.Received)
	require.Equal(t, 1, status.Newer, "a batch of a later version is no garbage")
	require.Zero(t, status.Waiting)
	require.Zero(t, status.Unreadable)
	letters := status.DeadLetters
	require.Equal(t, len(garbage)-status.Newer, letters.Count, "%+v", letters)
	i := 0
	for _, b := range garbage {
		if b.reason != "" {
			require.Contains(t, letters.Last[i].Reason, b.reason, b.what)
			i++
		}
	}
	require.Len(t, letters.Last, i)
}

// at is the time of the last of these events.
func at(events []*historypb.HistoryEvent) time.Time {
	return events[len(events)-1].GetEventTime().AsTime()
}

// A header that nothing can read does no harm to the message that it comes
// with, nor does one message to the others in its batch.
func TestGoodBesideBad(t *testing.T) {
	t.Parallel()
	const queue = "good-beside-bad"
	e2etest.StartProcess(t, queue)
	cases := map[string]struct {
		message bad
		need    int
		want    string
	}{
		"a header of garbage": {
			bad{input: payload("json/plain", `{"amount":3}`), header: payload("binary/foo", "\xff{")},
			1,
			"received [3], left []",
		},
		"a batch with one that is bad": {
			bad{input: payload("json/plain", `[{"amount":3},{"amount":"x"},{},{"amount":4}]`, mark, "1")},
			2,
			"received [3 4], left []",
		},
		"two payloads, of which the first is the message": {
			bad{input: payload("json/plain", `{"amount":3}`), more: payload("binary/foo", "\xff{")},
			1,
			"received [3], left []",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := startOn(t, temporal, queue, t.Name(), Wait, Waiting{Form: "ReceiveUntil", Need: c.need, Deadline: time.Minute})
			e2etest.WaitForEvents(t, temporal, run, started, 1)
			require.NoError(t, c.message.send(t, run))
			var got string
			require.NoError(t, run.Get(t.Context(), &got))
			require.Equal(t, c.want, got)
			events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
			require.Zero(t, e2etest.CountEvents(events, taskFailed))
		})
	}
}
