package signals

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

func never() bool { return false }

// receive looks before it waits, and drains before it lets a deadline, or the
// condition, decide.
func (c *Channel[T]) receive(ctx workflow.Context, deadline *wait.Deadline, until func() bool) (v T, ok bool, err error) {
	passed := func() bool { return deadline != nil && deadline.Passed() }
	for settled := false; ; {
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
		case endless(deadline) != nil:
			return v, false, endless(deadline)
		case !passed():
			settled = false
			err = workflow.Await(ctx, func() bool { return c.ready() || passed() || until() || endless(deadline) != nil })
		case !settled:
			settled = true
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

// next takes the oldest good message that is not late for the deadline.
func (c *Channel[T]) next(ctx workflow.Context, deadline *wait.Deadline) (v T, ok bool) {
	_, v, ok = c.open(ctx, deadline)
	return v, ok
}

// An opened message was received, and can be given back with its ID forgotten.
type received struct {
	message

	hash hash
}

// open is next with what is needed to undo it. Bad messages on the way become
// dead letters, and duplicates are skipped.
func (c *Channel[T]) open(ctx workflow.Context, deadline *wait.Deadline) (o received, v T, ok bool) {
	for {
		m, ok := c.pop(ctx)
		if !ok {
			return o, v, false
		}
		if deadline != nil && c.exact && c.source.Late(m.number, deadline) {
			c.pushFront(m)
			return o, v, false
		}
		v, h, verdict := c.judge(ctx, m)
		switch verdict {
		default:
			c.addDeadLetter(ctx, m, verdict)
		case duplicate:
			c.duplicates++
		case accepted:
			m.accepted = true
			c.received++
			if deadline != nil {
				deadline.NoteInTime(ctx)
			}
			return received{m, h}, v, true
		}
	}
}

// close undoes the opening of a message, which it returns.
func (c *Channel[T]) close(o received) message {
	c.received--
	c.seen.forget(o.hash)
	return o.message
}
