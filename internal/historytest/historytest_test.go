package historytest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// count sleeps for a minute and returns start plus the number of signals until then.
func count(ctx workflow.Context, start int) (int, error) {
	if err := workflow.Sleep(ctx, time.Minute); err != nil {
		return -1, err
	}
	for ch := workflow.GetSignalChannel(ctx, "more"); ; start++ {
		var n int
		if !ch.ReceiveAsync(&n) {
			return start, nil
		}
	}
}

func TestResult(t *testing.T) {
	t.Parallel()

	t.Run("events of one workflow task reach the workflow together", func(t *testing.T) {
		t.Parallel()
		h := historytest.New(t, "count", historytest.JSON(t, 40))
		timer := h.TimerStarted(time.Minute)
		h.Pass(time.Minute).Signal("more", historytest.JSON(t, 1)).TimerFired(timer).Signal("more", historytest.JSON(t, 2)).Task()
		var got int
		h.Result(&got, count)
		require.Equal(t, 42, got)
		require.Equal(t, 12, h.Events())
	})

	t.Run("a signal with a malformed payload is in the history", func(t *testing.T) {
		t.Parallel()
		h := historytest.New(t, "count", historytest.JSON(t, 0))
		timer := h.TimerStarted(time.Minute)
		h.Signal("more", historytest.Raw("json/plain", []byte(`{"`))).Signal("more", historytest.JSON(t, 1)).TimerFired(timer).Task()
		var got int
		h.Result(&got, count)
		require.Equal(t, 1, got, "the SDK drops what it cannot decode")
	})
}

// Recorded histories replay with any workflow that has the same commands, here one that
// uses the SDK alone.
func TestReplayAll(t *testing.T) {
	t.Parallel()
	byHand := func(ctx workflow.Context, timeout time.Duration) (string, error) {
		ch := workflow.GetSignalChannel(ctx, "paid")
		scope, cancel := workflow.WithCancel(ctx)
		timer := workflow.NewTimer(scope, timeout)
		for {
			if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 || timer.IsReady() }); err != nil {
				return "", err
			}
			var paid struct{ Amount int }
			if ch.ReceiveAsync(&paid) {
				cancel()
				return "received", nil
			}
			if timer.IsReady() {
				return "expired", nil
			}
		}
	}
	historytest.ReplayAll(t, "testdata/history", map[string]any{"Receive": byHand})
}

func TestReplay(t *testing.T) {
	t.Parallel()

	t.Run("a workflow that follows the history", func(t *testing.T) {
		t.Parallel()
		h := historytest.New(t, "count", historytest.JSON(t, 0))
		h.TimerStarted(time.Minute)
		require.NoError(t, h.Signal("more", historytest.JSON(t, 1)).Task().Replay(count))
	})

	t.Run("a workflow with other commands fails", func(t *testing.T) {
		t.Parallel()
		h := historytest.New(t, "count", historytest.JSON(t, 0))
		timer := h.TimerStarted(time.Minute)
		h.Task().TimerCanceled(timer)
		require.ErrorContains(t, h.Task().Replay(count), "TMPRL1100")
	})

	t.Run("a request to cancel is delivered", func(t *testing.T) {
		t.Parallel()
		h := historytest.New(t, "count", historytest.JSON(t, 0))
		timer := h.TimerStarted(time.Minute)
		h.CancelRequested().Task().TimerCanceled(timer)
		require.NoError(t, h.Replay(count))
	})
}
