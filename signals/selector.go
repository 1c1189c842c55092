package signals

import "go.temporal.io/sdk/workflow"

// AddTo adds the channel to a selector: when a message comes, Select calls f with it
// and returns. Each Select hands over one message, as with the SDK's own channel, and
// none when all that came are dead letters or duplicates: call Select in a loop, and
// let f set what the loop looks at.
//
// When a message and another case are ready at once, the SDK takes the case that was
// added first. So a selector cannot keep the order of history, and AddTo fails with
// [ReasonMisuse] on a channel with [DeadlineHistoryOrder]; use [Channel.ReceiveUntil]
// there. For workflow code.
func (c *Channel[T]) AddTo(ctx workflow.Context, s workflow.Selector, f func(T)) error {
	switch {
	case c.misuse != nil:
		return c.misuse
	case c.historyOrder:
		return refuse(ReasonMisuse, "a selector cannot keep the order of history that the channel of signal %q asks for; "+
			"wait with ReceiveUntil, or open the channel with DeadlineAcceptLate", c.source.Name())
	}
	if c.wake == nil { // buffered messages are in no channel of the SDK's
		c.wake = workflow.NewNamedBufferedChannel(ctx, c.source.Name()+" held", 1)
		c.wakeSelectors()
	}
	deliver := func(workflow.ReceiveChannel, bool) {
		if v, ok := c.selected(ctx); ok {
			f(v)
		}
	}
	s.AddReceive(c.wake, deliver)
	s.AddReceive(c.source.Channel(), deliver)
	return nil
}

// selected takes the message for which Select has returned. A selector watches two
// channels: the SDK's, and wake, which has a token while messages are buffered. A
// token that stays behind would make a later Select return without a message, so it
// is taken before, and after the message, because a batch that was split has
// set it again. What is left then sets it for the next Select.
func (c *Channel[T]) selected(ctx workflow.Context) (v T, ok bool) {
	c.wake.ReceiveAsync(nil)
	if c.closed.on {
		c.bufferAfterSeal() // for later; Select must not find it again
		return v, false
	}
	v, ok = c.next(ctx, nil)
	c.wake.ReceiveAsync(nil)
	c.wakeSelectors()
	return v, ok
}

// wakeSelectors makes Select return when messages are buffered.
func (q *queue) wakeSelectors() {
	if q.wake != nil && len(q.buffered) > 0 {
		q.wake.SendAsync(nil)
	}
}

// bufferAfterSeal takes what has come while the queue is sealed.
func (q *queue) bufferAfterSeal() {
	for m, ok := q.poll(); ok; m, ok = q.poll() {
		q.closed.after = append(q.closed.after, m)
	}
}
