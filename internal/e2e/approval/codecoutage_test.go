package approval_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Twice receives two payments, each within the timeout.
func Twice(ctx workflow.Context, timeout time.Duration) (string, error) {
	return Wait(ctx, Waiting{Form: "ReceiveUntil", Need: 2, Deadline: timeout})
}

// A vault is a codec whose key service can be down.
type vault struct {
	client.Client
	t    *testing.T
	file string
	env  []string // for a worker
}

func newVault(t *testing.T, whose string) vault {
	t.Helper()
	file := filepath.Join(t.TempDir(), "down")
	c, err := client.NewClientFromExistingWithContext(t.Context(), temporal, client.Options{DataConverter: dataConverter(whose, file)})
	require.NoError(t, err)
	return vault{c, t, file, []string{codecEnv + "=" + whose, keysEnv + "=" + file}}
}

func (v vault) goDown() { require.NoError(v.t, os.WriteFile(v.file, nil, 0o600)) }
func (v vault) comeUp() { require.NoError(v.t, os.Remove(v.file)) }

func (v vault) pay(id string, amount int) {
	v.t.Helper()
	require.NoError(v.t, Paid.Send(v.t.Context(), v, signals.Ref{WorkflowID: id}, Payment{Amount: amount}))
}

// received waits until the run has received so many.
func (v vault) received(id string, n int) {
	v.t.Helper()
	eventually(v.t, func(ctx context.Context) (bool, error) {
		s, err := Paid.Status(ctx, v, signals.Ref{WorkflowID: id})
		return s.Received == n, err
	})
}

// A message comes while the codec's key service is down: the workflow task
// fails until it is up again, and the message is received, also by a worker
// that has to replay.
func TestCodecOutage(t *testing.T) {
	t.Parallel()
	for name, killed := range map[string]bool{"the worker lives": false, "the worker is killed": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, id := newVault(t, library), "outage-"+strings.ReplaceAll(name, " ", "-")
			w := e2etest.StartProcess(t, id, v.env...)
			run := startOn(t, v, id, id, Twice, time.Minute)
			e2etest.WaitForEvents(t, temporal, run, started, 1)

			v.goDown()
			v.pay(id, 1)
			events := e2etest.WaitForEvents(t, temporal, run, taskFailed, 1)
			failure := events[len(events)-1].GetWorkflowTaskFailedEventAttributes().GetFailure()
			require.Contains(t, failure.GetMessage(), "the payload codec could not decode")
			require.Contains(t, failure.GetMessage(), errDown.Error())
			if killed {
				w.Kill()
			}
			v.comeUp()
			if killed {
				w = e2etest.StartProcess(t, id, v.env...)
			}
			v.received(id, 1)
			if killed { // the message is in history now, and is replayed
				w.Kill()
				e2etest.StartProcess(t, id, v.env...)
			}
			v.pay(id, 2)
			var got string
			require.NoError(t, run.Get(t.Context(), &got))
			require.Equal(t, "received [1 2], left []", got)

			v.goDown()
			require.ErrorContains(t, run.Get(t.Context(), &got), errDown.Error(), "a client gets an ordinary error")
			_, err := Paid.Status(t.Context(), v, signals.Ref{WorkflowID: id})
			require.Error(t, err)
		})
	}
}

// A payload that the codec will never decode blocks no one, and is counted.
func TestCodecGarbage(t *testing.T) {
	t.Parallel()
	const id = "codec-garbage"
	v := newVault(t, library)
	e2etest.StartProcess(t, id, v.env...)
	run := startOn(t, v, id, id, Twice, time.Minute)
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	garbage := converter.NewRawValue(payload(testEncoding, "garbage"))
	v.pay(id, 1)
	require.NoError(t, temporal.SignalWorkflow(t.Context(), id, "", Paid.Name(), garbage))
	v.pay(id, 2)
	var got string
	require.NoError(t, run.Get(t.Context(), &got))
	require.Equal(t, "received [1 2], left []", got)
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	require.Zero(t, e2etest.CountEvents(events, taskFailed))
	status := answer(t, func(ctx context.Context) (signals.Status, error) {
		return Paid.Status(ctx, v, signals.Ref{WorkflowID: id})
	})
	require.Equal(t, signals.Status{Received: 2, Unreadable: 1}, status)
}

// Reminded waits for a payment, and once more when none has come.
func Reminded(ctx workflow.Context, first, second time.Duration) (string, error) {
	ch := Paid.Channel(ctx, signals.Options{})
	_, ok, err := ch.ReceiveWithTimeout(ctx, first)
	if !ok && err == nil {
		_, ok, err = ch.ReceiveWithTimeout(ctx, second)
	}
	return verdict(ok), err
}

// The same outage with the SDK's converter, for contrast: the message is
// dropped without a word. Once the keys are back, a worker that replays finds
// it, and what the run has done since makes no sense any more.
func TestCodecOutageSDK(t *testing.T) {
	t.Parallel()
	lose := func(t *testing.T, id string, second time.Duration) (vault, *e2etest.Process, client.WorkflowRun) {
		v := newVault(t, sdks)
		w := e2etest.StartProcess(t, id, v.env...)
		run := startOn(t, v, id, id, Reminded, 10*time.Second, second)
		e2etest.WaitForEvents(t, temporal, run, started, 1)
		v.goDown()
		v.pay(id, 1)
		events := e2etest.WaitForEvents(t, temporal, run, taskCompleted, 2)
		require.Zero(t, e2etest.CountEvents(events, taskFailed), "no one has noticed")
		require.Zero(t, e2etest.CountEvents(events, fired))
		v.comeUp()
		return v, w, run
	}

	t.Run("the message is lost", func(t *testing.T) {
		t.Parallel()
		_, _, run := lose(t, "outage-sdk-lost", time.Second)
		var got string
		require.NoError(t, run.Get(t.Context(), &got))
		require.Equal(t, "expired", got)
	})

	t.Run("the replay finds it and fails", func(t *testing.T) {
		t.Parallel()
		v, w, run := lose(t, "outage-sdk-replay", time.Minute)
		e2etest.WaitForEvents(t, temporal, run, started, 2)
		w.Kill()
		e2etest.StartProcess(t, run.GetID(), v.env...)
		v.pay(run.GetID(), 2)
		events := e2etest.WaitForEvents(t, temporal, run, taskFailed, 1)
		failure := events[len(events)-1].GetWorkflowTaskFailedEventAttributes().GetFailure()
		require.Contains(t, failure.GetMessage(), "BadCancelTimerAttributes", "it would end a wait that is over")
		requireStuck(t, run)
	})
}
