package signals

import "go.temporal.io/sdk/workflow"

// AddTo adds the channel to a selector: when a message comes, Select calls f
// with it and returns. Each Select hands over one message, as with the SDK's own
// channel, and none when all that came are dead letters or duplicates: call Select
// in a loop, and let f set what the loop looks at. It returns s.
//
// When a message and another case are ready at once, the SDK takes the case
// that was added first; for [DeadlineAcceptLate] that is the channel. A selector cannot
// be [DeadlineHistoryOrder], which is logged as an error; use [Channel.ReceiveUntil] for that. For
// workflow code.
func (c *Channel[T]) AddTo(ctx workflow.Context, s workflow.Selector, f func(T)) workflow.Selector {
	deliver := func() {
		c.wake.ReceiveAsync(nil)
		if c.sealed {
			c.bufferAfterSeal() // for later; Select must not find it again
			return
		}
		v, ok := c.next(ctx, nil)
		c.wake.ReceiveAsync(nil) // of the batch that was opened
		c.wakeSelectors()        // for the next Select
		if ok {
			f(v)
		}
	}
	if c.exact {
		workflow.GetLogger(ctx).Error("signals: a selector cannot be Exact, so the order of messages and timers is not kept here; wait with ReceiveUntil",
			"Signal", c.source.Name())
	}
	if c.wake == nil { // what is held is in no channel of the SDK's
		c.wake = workflow.NewNamedBufferedChannel(ctx, c.source.Name()+" held", 1)
		c.wakeSelectors()
	}
	s.AddReceive(c.wake, func(workflow.ReceiveChannel, bool) { deliver() })
	return s.AddReceive(c.source.Channel(), func(workflow.ReceiveChannel, bool) { deliver() })
}
