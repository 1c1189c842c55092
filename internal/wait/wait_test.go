package wait_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

func TestDeadline(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, fn func(ctx workflow.Context) ([]bool, error)) []bool {
		env := testenv.New()
		env.ExecuteWorkflow(fn)
		require.NoError(t, env.GetWorkflowError())
		var got []bool
		require.NoError(t, env.GetWorkflowResult(&got))
		return got
	}

	t.Run("passes when its timer fires, and stays passed when stopped after that", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []bool{false, true, true}, run(t, func(ctx workflow.Context) ([]bool, error) {
			d := wait.NewDeadline(ctx, time.Minute, "test")
			before := d.Passed()
			err := workflow.Await(ctx, d.Passed)
			fired := d.Passed()
			d.Stop()
			d.Stop()
			return []bool{before, fired, d.Passed()}, err
		}))
	})

	t.Run("stopped early it never passes", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []bool{false, false}, run(t, func(ctx workflow.Context) ([]bool, error) {
			d := wait.NewDeadline(ctx, time.Minute, "test")
			d.Stop()
			stopped := d.Passed()
			err := workflow.Sleep(ctx, time.Hour)
			return []bool{stopped, d.Passed()}, err
		}))
	})

	t.Run("cancellation of the run does not look like a deadline", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []bool{false, true}, run(t, func(ctx workflow.Context) ([]bool, error) {
			scope, cancel := workflow.WithCancel(ctx)
			d := wait.NewDeadline(scope, time.Minute, "test")
			cancel()
			if err := workflow.Sleep(ctx, time.Second); err != nil {
				return nil, err
			}
			canceled := d.Passed()
			err := workflow.Sleep(ctx, time.Hour)
			return []bool{canceled, d.Passed()}, err
		}))
	})

	t.Run("of zero has passed at once", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []bool{true, true}, run(t, func(ctx workflow.Context) ([]bool, error) {
			d := wait.NewDeadline(ctx, -time.Minute, "test")
			return []bool{d.Passed(), d.Time().Equal(workflow.Now(ctx))}, nil
		}))
	})
}

// Each signal is judged by its own place in history, per name and deadline.
func TestLate(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "late")
	first, second := h.TimerStarted(time.Minute), h.TimerStarted(2*time.Minute)
	one := historytest.JSON(t, 1)
	h.Signal("a", one).Signal("b", one).TimerFired(first).Signal("a", one).Signal("c", one).TimerFired(second).Signal("a", one).Task()

	var got map[string][]bool
	h.Result(&got, func(ctx workflow.Context) (map[string][]bool, error) {
		deadlines := []*wait.Deadline{wait.NewDeadline(ctx, time.Minute, ""), wait.NewDeadline(ctx, 2*time.Minute, "")}
		if err := workflow.Await(ctx, deadlines[1].Passed); err != nil {
			return nil, err
		}
		late := map[string][]bool{}
		for _, name := range []string{"a", "b", "c"} {
			s := wait.NewSource(ctx, name)
			for _, number, ok := s.Next(); ok; _, number, ok = s.Next() {
				late[name] = append(late[name], s.Late(number, deadlines[0]), s.Late(number, deadlines[1]))
			}
		}
		return late, nil
	}, wait.NewInterceptor())

	require.Equal(t, map[string][]bool{
		"a": {false, false, true, false, true, true},
		"b": {false, false},
		"c": {true, false},
	}, got)
}

// A deadline that an update handler starts is watched like any other.
func TestDeadlineOfAnUpdateHandler(t *testing.T) {
	t.Parallel()
	env := testenv.New(wait.NewInterceptor())
	found := false
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow("look", "", &testsuite.TestUpdateCallback{OnAccept: func() {}, OnComplete: func(any, error) {}})
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		err := workflow.SetUpdateHandler(ctx, "look", func(ctx workflow.Context) error {
			found = wait.FromContext(ctx) != nil
			return nil
		})
		if err != nil {
			return err
		}
		return workflow.Sleep(ctx, time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
	require.True(t, found)
}

// Nothing had arrived when the timer fired, and the deadline was stopped before
// anything did: what comes then is late nevertheless.
func TestLateAfterAStop(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "stopped")
	timer := h.TimerStarted(time.Minute)
	h.TimerFired(timer).Task()
	h.Signal("a", historytest.JSON(t, 1)).Task()
	var late bool
	h.Result(&late, func(ctx workflow.Context) (bool, error) {
		d := wait.NewDeadline(ctx, time.Minute, "")
		err := workflow.Await(ctx, d.Passed)
		d.Stop()
		s := wait.NewSource(ctx, "a")
		if err == nil {
			err = workflow.Await(ctx, func() bool { return s.Len() > 0 })
		}
		_, number, _ := s.Next()
		return s.Late(number, d), err
	}, wait.NewInterceptor())
	require.True(t, late)
}

// Another person reads the same signal: the places of the rest stay right.
func TestLateBesideAnotherReader(t *testing.T) {
	t.Parallel()
	one := historytest.JSON(t, 1)
	h := historytest.New(t, "beside")
	timer := h.TimerStarted(time.Minute)
	h.Signal("a", one).Signal("a", one).TimerFired(timer).Signal("a", one).Task()
	var late []bool
	h.Result(&late, func(ctx workflow.Context) ([]bool, error) {
		d := wait.NewDeadline(ctx, time.Minute, "")
		if err := workflow.Await(ctx, d.Passed); err != nil {
			return nil, err
		}
		var n int
		workflow.GetSignalChannel(ctx, "a").ReceiveAsync(&n)
		s := wait.NewSource(ctx, "a")
		_, second, _ := s.Next()
		_, third, _ := s.Next()
		return []bool{s.Late(second, d), s.Late(third, d)}, nil
	}, wait.NewInterceptor())
	require.Equal(t, []bool{false, true}, late)
}
