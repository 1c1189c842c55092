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

// judge decodes a message and decides about it. The verdict of the user's functions,
// Validate and the one of [Signal.WithID], is recorded in history, and a replay takes
// the recorded one: they may look at the clock, and change while runs are open. A run
// records one marker, and one more whenever the verdict differs from the one before.
//
// The first message decides whether a run records. So such functions may be added and
// removed while runs are open; a run that was begun without them does not call them.
func (c *Channel[T]) judge(ctx workflow.Context, m message) (v T, h hash, verdict string) {
	v, err := wire.Read[T](m.raw)
	if !m.accepted {
		if verdict = c.verdict(ctx, m, err); verdict != accepted {
			return v, h, verdict
		}
	}
	if err != nil {
		//archtest:panic history says that the run has received it; the task heals on redeploy
		panic(fmt.Errorf("signals: this run has received a message of signal %q that this worker cannot read; redeploy a worker whose %T "+
			"reads it, the run then goes on by itself: %w", c.source.Name(), v, err))
	}
	if h, unique, err := identify(c.id, v); unique && err == nil {
		c.seen.add(h)
		return v, h, accepted
	}
	return v, h, accepted
}

// verdict returns the verdict of the user's functions, or the recorded one, on a message
// whose decoding returned err.
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
		panic(fmt.Errorf("signals: the recorded verdict on a message of signal %q cannot be read; give the worker the data converter that "+
			"wrote it: %w", c.source.Name(), err))
	}
	return verdict
}

// ask calls the user's functions.
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
