package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// flood is a history of n messages that came while no worker ran, so that all
// are in one workflow task, with the timer of their deadline as the last.
func flood(t *testing.T, n int) *historytest.History {
	t.Helper()
	h := historytest.New(t, "receive")
	timer := h.TimerStarted(time.Hour)
	for i := range n {
		h.Signal(payments.Name(), historytest.JSON(t, amount{Amount: i}))
	}
	return h.TimerFired(timer).Task()
}

// counting receives until the deadline, and returns how many there were and how
// many were in their place.
func counting(s signals.Signal[amount], ties signals.DeadlinePolicy) func(workflow.Context) ([]int, error) {
	return func(ctx workflow.Context) ([]int, error) {
		ch, n, inOrder := s.Channel(ctx, signals.Options{DeadlinePolicy: ties}), 0, 0
		deadline := signals.NewDeadline(ctx, time.Hour)
		for {
			p, ok, err := ch.ReceiveUntil(ctx, deadline)
			if !ok {
				return []int{n, inOrder}, err
			}
			if p.Amount == n {
				inOrder++
			}
			n++
		}
	}
}

// As many as a server gives to one run, all at once: none is lost.
func TestTenThousandMessagesInOneTaskAreReceived(t *testing.T) {
	t.Parallel()
	const n = 10_000
	byID := payments.WithID(func(p amount) string { return fmt.Sprint(p.Amount) })
	for name, fn := range map[string]any{
		"ReceiveUntil, accept late":   counting(payments, signals.DeadlineAcceptLate),
		"ReceiveUntil, history order": counting(payments, signals.DeadlineHistoryOrder),
		"ReceiveUntil with IDs":       counting(byID, signals.DeadlineAcceptLate),
		"Serve": func(ctx workflow.Context) (got []int, _ error) {
			got = []int{0, 0}
			serving := signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)}
			return got, signals.Serve(ctx, []signals.Handler{
				signals.Handle(payments.Channel(ctx, signals.Options{}), func(_ workflow.Context, p amount) error {
					if p.Amount == got[0] {
						got[1]++
					}
					got[0]++
					return nil
				}),
			}, serving)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []int
			flood(t, n).Result(&got, fn, signals.NewInterceptor())
			require.Equal(t, []int{n, n}, got)
		})
	}
}

// A message costs the same however many there are. Allocations do not depend on
// the machine; those of other tests would count, so it runs alone.
func TestCostOfABurstIsLinear(t *testing.T) {
	allocations := func(n int) float64 {
		replay := flood(t, n).Replays(counting(payments, signals.DeadlineHistoryOrder), signals.NewInterceptor())
		require.NoError(t, replay())
		return testing.AllocsPerRun(1, func() { _ = replay() })
	}
	require.Less(t, allocations(10_000), 11*allocations(1_000))
}
