package wait_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A source hands out one message when asked, in history order and raw, with its
// place among the signals of the name, and leaves the others in the channel.
func TestSource(t *testing.T) {
	t.Parallel()
	for name, interceptors := range map[string][]interceptor.WorkerInterceptor{
		"with the interceptor": {wait.NewInterceptor()},
		"without":              nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "source")
			timer := h.TimerStarted(time.Minute)
			h.TimerFired(timer)
			h.Signal("a", historytest.JSON(t, "first")).Signal("b").Signal("a", historytest.Raw("json/plain", []byte("{"))).Task()
			type taken struct {
				Data   string
				Number int
				OK     bool
				Taken  int
				Left   int
				Late   bool
			}
			var got []taken
			h.Result(&got, func(ctx workflow.Context) (all []taken, err error) {
				d := wait.NewDeadline(ctx, time.Minute, "")
				err = workflow.Await(ctx, d.Passed)
				s := wait.NewSource(ctx, "a")
				require.Equal(t, "a", s.Name())
				require.Equal(t, []int{2, 2, 0}, []int{s.Len(), s.Channel().Len(), s.Taken()})
				for range 3 {
					raw, number, ok := s.Next()
					all = append(all, taken{string(raw.Payload().GetData()), number, ok, s.Taken(), s.Channel().Len(), ok && s.Late(number, d)})
				}
				return all, err
			}, interceptors...)
			late := interceptors != nil // without, the order is not known
			require.Equal(t, []taken{{`"first"`, 1, true, 1, 1, late}, {"{", 2, true, 2, 0, late}, {"", 2, false, 2, 0, false}}, got)
		})
	}
}

// A source without messages takes nothing from the signals of its name.
func TestNoSource(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "source")
	timer := h.TimerStarted(time.Minute)
	h.Signal("a", historytest.JSON(t, 1)).TimerFired(timer).Task()
	var left int
	h.Result(&left, func(ctx workflow.Context) (int, error) {
		err := workflow.Sleep(ctx, time.Minute)
		s := wait.NoSource(ctx, "a")
		_, _, ok := s.Next()
		require.False(t, ok || s.Late(1, wait.NewDeadline(ctx, 0, "")))
		require.Zero(t, s.Len()+s.Taken())
		return workflow.GetSignalChannel(ctx, "a").Len(), err
	}, wait.NewInterceptor())
	require.Equal(t, 1, left)
}
