package signals

import (
	"fmt"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Verdicts on messages as they are recorded; any other text is the reason why a
// message was refused.
const (
	accepted  = ""
	duplicate = "duplicate"
)

// judge reads a message and says what becomes of it. Where functions of the user's
// decide, Validate and that of [Signal.WithID], their verdict is recorded in history,
// and a replay takes the recorded one: they may look at the clock, and change while
// runs are open. One marker is recorded in a run, and one when the verdict differs
// from that on the message before.
//
// Whether a run records is decided with its first message, and stays so: such
// functions may be added and removed while runs are open. In a run that was begun
// without them they are not asked.
func (c *Channel[T]) judge(ctx workflow.Context, m message) (v T, h hash, verdict string) {
	v, err := wire.Read[T](m.raw)
	if !m.accepted {
		if verdict = c.verdict(ctx, m, err); verdict != accepted {
			return v, h, verdict
		}
	}
	if err != nil {
		//archtest:panic history says that the run has received it; the task heals on redeploy
		panic(fmt.Errorf("signals: this run has received a message of signal %q that this worker cannot read; redeploy a worker whose %T reads it, the run then goes on by itself: %w", c.source.Name(), v, err))
	}
	if h, unique, err := identify(c.id, v); unique && err == nil {
		c.seen.add(h)
		return v, h, accepted
	}
	return v, h, accepted
}

// verdict is that of now or of history on a message that was read with that error.
func (c *Channel[T]) verdict(ctx workflow.Context, m message, err error) (verdict string) {
	if c.judged && !c.recorded || !c.judged && !workflow.IsReplaying(ctx) && c.id == nil && !wire.Validates[T]() {
		c.judged = true
		return textOf(err)
	}
	var (
		value converter.EncodedValue
		id    = "temporal-patterns.signals.verdict." + c.source.Name()
		now   = func() any { return c.ask(m) }
	)
	if c.judged {
		value = workflow.MutableSideEffect(ctx, id, func(workflow.Context) any { return now() }, wait.Same)
	} else {
		c.judged = true
		if value, c.recorded = wait.Recorded(ctx, id, now); !c.recorded {
			return textOf(err)
		}
	}
	if err := value.Get(&verdict); err != nil {
		//archtest:panic only a data converter that cannot read what it wrote fails here
		panic(fmt.Errorf("signals: the recorded verdict on a message of signal %q cannot be read; give the worker the data converter that wrote it: %w", c.source.Name(), err))
	}
	return verdict
}

// ask asks the user's functions.
func (c *Channel[T]) ask(m message) (verdict string) {
	v, err := wire.Decode[T](m.raw) // a value of its own: what Validate changes does not count
	if err != nil {
		return err.Error()
	}
	h, unique, err := identify(c.id, v)
	switch {
	case err != nil:
		return err.Error()
	case unique && c.seen.has(h):
		return duplicate
	}
	return accepted
}

func textOf(err error) string {
	if err == nil {
		return accepted
	}
	return err.Error()
}
