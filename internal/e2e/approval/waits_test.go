package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// AllWaits waits in every way, one after the other, and once more in a second
// run. Its twin is in the replay test of package signals: the recorded
// histories hold the commands of each wait.
func AllWaits(ctx workflow.Context, carried signals.ContinueState) ([]int, error) {
	var got []int
	ch := Paid.Channel(ctx, signals.Options{ContinueState: carried})
	note := func(p Payment) { got = append(got, p.Amount) }
	if p, ok, err := ch.ReceiveWithTimeout(ctx, time.Minute); !ok {
		return got, err
	} else {
		note(p)
	}
	deadline := signals.NewDeadline(ctx, time.Second)
	if p, ok, err := ch.ReceiveUntil(ctx, deadline); err != nil {
		return got, err
	} else if ok {
		note(p)
	}
	late := signals.NewDeadline(ctx, 4*time.Second)
	batch, err := ch.ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: time.Second, Stop: late.Passed})
	late.Stop()
	if err != nil {
		return got, err
	}
	for _, p := range batch {
		note(p)
	}
	if _, err := signals.AwaitWithTimeout(ctx, time.Second, func() bool { return ch.Len() > 100 }); err != nil {
		return got, err
	}
	handle := signals.Handle(ch, func(_ workflow.Context, p Payment) error { note(p); return nil })
	if err := signals.Serve(ctx, []signals.Handler{handle}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx,
		time.Second)}); err != nil {
		return got, err
	}
	timer := func(d time.Duration) func(workflow.Context) workflow.Future {
		return func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, d) }
	}
	if _, _, err := signals.Race(ctx, timer(time.Hour), timer(time.Second)); err != nil {
		return got, err
	}
	over := false
	selector := workflow.NewSelector(ctx)
	if err := ch.AddTo(ctx, selector, note); err != nil {
		return got, err
	}
	selector.AddFuture(workflow.NewTimer(ctx, time.Second), func(workflow.Future) { over = true })
	for !over {
		selector.Select(ctx)
	}
	if next, ok := signals.NewContinueState(ctx, ch); ok && carried.IsZero() {
		return got, workflow.NewContinueAsNewError(ctx, "AllWaits", next)
	}
	return got, nil
}

func TestAllWaits(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "all-waits")
	run := start(t, "all-waits", AllWaits, signals.ContinueState{})
	pay(t, run, Payment{Amount: 1})
	e2etest.WaitForEvents(t, temporal, run, fired, 1)
	pay(t, run, Payment{Amount: 2})
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, 1)
	record(t, run, "signals", "all-waits-continued-as-new")

	next := events[len(events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	run = temporal.GetWorkflow(t.Context(), "all-waits", next)
	pay(t, run, Payment{Amount: 4})
	e2etest.WaitForEvents(t, temporal, run, fired, 1)
	pay(t, run, Payment{Amount: 5}) // the run takes some seconds more
	var got []int
	require.NoError(t, run.Get(t.Context(), &got))
	require.Equal(t, []int{4, 5}, got)
	record(t, run, "signals", "all-waits")
}
