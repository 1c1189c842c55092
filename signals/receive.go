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
