package historytest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// Side effects return their recorded values in the order of the calls.
func TestSideEffect(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "effects").SideEffect(historytest.JSON(t, "first")).SideEffect(historytest.JSON(t, "second"))
	var got []string
	h.Result(&got, func(ctx workflow.Context) (all []string, err error) {
		for range 2 {
			var value string
			err = workflow.SideEffect(ctx, func(workflow.Context) any { return "run again" }).Get(&value)
			all = append(all, value)
		}
		return all, err
	})
	require.Equal(t, []string{"first", "second"}, got)
}

// A mutable side effect returns what the history recorded last for its ID, up to that
// call.
func TestMutableSideEffect(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "effects")
	h.MutableSideEffect("a", 1, 1).MutableSideEffect("b", 1, map[string]any{"n": 10}).MutableSideEffect("a", 3, 3)
	timer := h.TimerStarted(time.Minute) // of the ID that follows those of the markers
	h.TimerFired(timer).Task()
	var got []int
	h.Result(&got, func(ctx workflow.Context) ([]int, error) {
		read := func(id string, to any) error {
			never := func(workflow.Context) any { return -1 }
			return workflow.MutableSideEffect(ctx, id, never, func(a, b any) bool { return a == b }).Get(to)
		}
		var (
			first, second, third int
			b                    struct{ N int }
		)
		for _, c := range []struct {
			id string
			to any
		}{{"a", &first}, {"b", &b}, {"a", &second}, {"a", &third}} {
			if err := read(c.id, c.to); err != nil {
				return nil, err
			}
		}
		return []int{first, b.N, second, third}, workflow.Sleep(ctx, time.Minute)
	})
	require.Equal(t, []int{1, 10, 1, 3}, got)
}

// An update is handled in the last task before it, with its argument.
func TestUpdate(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "adds").Pass(time.Minute).Signal("any").Task()
	h.Update("add", historytest.JSON(t, 40), historytest.JSON(t, 40)).Pass(time.Hour).Signal("any").Task()
	h.Update("add", historytest.JSON(t, 2), historytest.JSON(t, 42))
	type added struct {
		N     int
		After time.Duration
	}
	var got []added
	h.Result(&got, func(ctx workflow.Context) (all []added, err error) {
		begin := workflow.Now(ctx)
		err = workflow.SetUpdateHandler(ctx, "add", func(ctx workflow.Context, n int) (int, error) {
			all = append(all, added{n, workflow.Now(ctx).Sub(begin)})
			return n, nil
		})
		if err == nil {
			err = workflow.Await(ctx, func() bool { return len(all) == 2 })
		}
		return all, err
	})
	require.Equal(t, []added{{40, time.Minute}, {2, time.Minute + time.Hour}}, got)
}

// The run learns that its version is no longer the target from the next task on.
func TestOutdated(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "pinned")
	first := h.TimerStarted(time.Minute)
	h.Pass(time.Minute).TimerFired(first).Task()
	second := h.TimerStarted(time.Minute)
	h.Outdated().Pass(time.Minute).TimerFired(second).Task()
	var got []bool
	h.Result(&got, func(ctx workflow.Context) (all []bool, err error) {
		outdated := func() { all = append(all, workflow.GetInfo(ctx).GetTargetWorkerDeploymentVersionChanged()) }
		outdated()
		for range 2 {
			if err := workflow.Sleep(ctx, time.Minute); err != nil {
				return nil, err
			}
			outdated()
		}
		return all, nil
	})
	require.Equal(t, []bool{false, false, true}, got)
}

// headers reads a header of the start.
type headers struct {
	interceptor.WorkerInterceptorBase
	interceptor.WorkflowInboundInterceptorBase
	read func(string)
}

func (h *headers) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	in := &headers{read: h.read}
	in.WorkflowInboundInterceptorBase.Next = next
	return in
}

func (h *headers) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	var value string
	err := converter.GetDefaultDataConverter().FromPayload(interceptor.WorkflowHeader(ctx)["tenant"], &value)
	h.read(value)
	if err != nil {
		return nil, err
	}
	return h.Next.ExecuteWorkflow(ctx, in)
}

// Interceptors see the header, and the workflow its arguments.
func TestNewWithHeader(t *testing.T) {
	t.Parallel()
	header := map[string]historytest.Payload{"tenant": historytest.JSON(t, "acme")}
	h := historytest.NewWithHeader(t, "named", header, historytest.JSON(t, 7))
	var tenant string
	var got int
	h.Result(&got, func(_ workflow.Context, n int) (int, error) { return n, nil }, &headers{read: func(v string) { tenant = v }})
	require.Equal(t, "acme", tenant)
	require.Equal(t, 7, got)
}

// The type of an activity is compared.
func TestActivityScheduled(t *testing.T) {
	t.Parallel()
	calls := func(name string) func(workflow.Context) error {
		return func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			return workflow.ExecuteActivity(ctx, name).Get(ctx, nil)
		}
	}
	h := historytest.New(t, "calls").ActivityScheduled("Charge").Signal("any").Task()
	require.NoError(t, h.Replay(calls("Charge")))
	require.ErrorContains(t, h.Replay(calls("Refund")), "TMPRL1100")
}

// Only Pass moves the clock, which the workflow sees.
func TestNow(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "clock")
	begin := h.Now()
	timer := h.TimerStarted(time.Minute)
	require.Equal(t, begin.Add(time.Hour), h.TimerFired(timer).Pass(time.Hour).Task().Now())
	var got []time.Time
	h.Result(&got, func(ctx workflow.Context) ([]time.Time, error) {
		started := workflow.Now(ctx)
		err := workflow.Sleep(ctx, time.Minute)
		return []time.Time{started.UTC(), workflow.Now(ctx).UTC()}, err
	})
	require.Equal(t, []time.Time{begin, begin.Add(time.Hour)}, got)
}
