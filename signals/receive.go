package signals

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

func never() bool { return false }

// receive looks before it waits, and receives all that is in time before it lets the
// deadline, or the condition, decide.
func (c *Channel[T]) receive(ctx workflow.Context, deadline *wait.Deadline, until func() bool) (v T, ok bool, err error) {
	passed := func() bool { return deadline != nil && deadline.Passed() }
	for yielded := false; ; {
		if err := ctx.Err(); err != nil {
			return v, false, err
		}
		if c.misuse != nil {
			return v, false, c.misuse
		}
		if v, ok = c.next(ctx, deadline); ok {
			return v, true, nil
		}
		switch {
		case until():
			return v, false, nil
		case stoppedError(deadline) != nil:
			return v, false, stoppedError(deadline)
		case !passed():
			yielded = false
			err = workflow.Await(ctx, func() bool { return c.ready() || passed() || until() || stoppedError(deadline) != nil })
		case !yielded:
			yielded = true
			err = deadline.YieldIfShared(ctx)
		default:
			deadline.Close()
			return v, false, nil
		}
		if err != nil {
			return v, false, err
		}
	}
}

// next returns the oldest good message that is not late for the deadline.
func (c *Channel[T]) next(ctx workflow.Context, deadline *wait.Deadline) (v T, ok bool) {
	_, v, ok = c.decodeNext(ctx, deadline)
	return v, ok
}

// A received message can be given back with its ID forgotten.
type received struct {
	message

	hash hash
}

// decodeNext is next with what undo needs. Bad messages on the way become dead
// letters, and duplicates are skipped.
func (c *Channel[T]) decodeNext(ctx workflow.Context, deadline *wait.Deadline) (r received, v T, ok bool) {
	for {
		m, ok := c.pop(ctx)
		if !ok {
			return r, v, false
		}
		if deadline != nil && c.historyOrder && c.source.Late(m.number, deadline) {
			c.pushFront(m)
			return r, v, false
		}
		v, h, verdict := c.judge(ctx, m)
		switch verdict {
		default:
			c.addDeadLetter(ctx, m, verdict)
		case duplicate:
			c.counts.duplicates++
		case accepted:
			m.accepted = true
			c.counts.received++
			if deadline != nil {
				deadline.NoteInTime(ctx)
			}
			return received{m, h}, v, true
		}
	}
}

// undo takes back that a message was received, and returns it.
func (c *Channel[T]) undo(r received) message {
	c.counts.received--
	c.seen.forget(r.hash)
	return r.message
}

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
