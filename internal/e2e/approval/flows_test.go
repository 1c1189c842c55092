package approval_test

import (
	"strconv"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A Thing is one of many messages.
type Thing struct {
	N   int    `json:"n"`
	Pad string `json:"pad,omitempty"`
}

// Things is their signal. Senders that try again make duplicates.
var Things = signals.New[Thing]("thing").WithID(func(t Thing) string { return strconv.Itoa(t.N) })

// handledInARun is after how many messages a run is continued as new.
const handledInARun = 250

// Collected is what a run hands to the next, and in the end to the test.
type Collected struct {
	Carried signals.ContinueState
	OneRun  bool // is never continued as new
	Handled []int
	Runs    int
}

// Collect handles things until Finish comes.
func Collect(ctx workflow.Context, c Collected) (Collected, error) {
	ch := Things.Channel(ctx, signals.Options{ContinueState: c.Carried})
	finish := Finish.Channel(ctx, signals.Options{ContinueState: c.Carried})
	c.Runs++
	for handled := 0; ; handled++ {
		if !c.OneRun && (handled >= handledInARun || signals.ShouldContinueAsNew(ctx)) {
			if carried, ok := signals.NewContinueState(ctx, ch, finish); ok {
				c.Carried = carried
				return c, workflow.NewContinueAsNewError(ctx, Collect, c)
			}
		}
		if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 || finish.Len() > 0 }); err != nil {
			return c, err
		}
		if thing, ok := ch.TryReceive(ctx); ok {
			c.Handled = append(c.Handled, thing.N)
		} else if _, ok := finish.TryReceive(ctx); ok {
			for _, thing := range ch.Drain(ctx) {
				c.Handled = append(c.Handled, thing.N)
			}
			c.Carried = signals.ContinueState{}
			return c, nil
		}
	}
}

// CollectSDK is the same by hand, and continues as new the usual way: what
// waits in the channel is lost.
func CollectSDK(ctx workflow.Context, c Collected) (Collected, error) {
	c.Runs++
	finished := false
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(workflow.GetSignalChannel(ctx, Things.Name()), func(ch workflow.ReceiveChannel, _ bool) {
		var thing Thing
		ch.Receive(ctx, &thing)
		c.Handled = append(c.Handled, thing.N)
	})
	selector.AddReceive(workflow.GetSignalChannel(ctx, Finish.Name()), func(ch workflow.ReceiveChannel, _ bool) {
		ch.Receive(ctx, nil)
		finished = true
	})
	for handled := 0; !finished; handled++ {
		if handled >= handledInARun {
			return c, workflow.NewContinueAsNewError(ctx, CollectSDK, c)
		}
		selector.Select(ctx)
	}
	return c, nil
}
