package signals

import (
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Options tunes a [Channel]. The zero value is ready to use.
type Options struct {
	// Ties decides about a message that reaches the workflow together with a
	// deadline that has passed. Zero is [Lenient].
	Ties Ties
}

// A Channel receives the signals of one name in one run. Its methods are for
// workflow code. What was not received stays in the SDK's channel, and the SDK
// warns about it when the run ends.
type Channel[T any] struct {
	source *wait.Source
	exact  bool
	late   *message // taken, and found to be too late for who waited
	dead   wire.DeadLetters
}

// A message has its place among the run's signals of its name.
type message struct {
	raw    converter.RawValue
	number int
}

// Channel opens the receiving side of s. Call it once in a run, at the start,
// and share the value: two channels of one signal would compete. It registers
// the query of [Signal.Status] and creates no history event and no coroutine.
//
// With [Exact] and a worker without [NewInterceptor] the workflow task fails.
func (s Signal[T]) Channel(ctx workflow.Context, o Options) *Channel[T] {
	exact := o.Ties != Lenient
	if exact {
		wait.RequireOrder(ctx)
	}
	c := &Channel[T]{source: wait.NewSource(ctx, s.name), exact: exact}
	query := workflow.QueryHandlerOptions{Description: "What became of the messages of signal " + s.name}
	err := workflow.SetQueryHandlerWithOptions(ctx, statusQuery(s.name), func() (Status, error) { return c.status(), nil }, query)
	if err != nil {
		// Only an invalid handler type is refused, so this cannot happen; a
		// run without its query is still better than one that stops.
		workflow.GetLogger(ctx).Error("signals: the status query is not available", "Signal", s.name, "Error", err)
	}
	if run := wait.FromContext(ctx); run != nil {
		run.AtClose(func(ctx workflow.Context) { wait.ReportLeftovers(ctx, s.name, c.held()) })
	}
	return c
}

// Receive waits for the next message. When ctx is canceled it returns the
// CanceledError and leaves the messages in the channel; to receive during
// clean-up, use a context from workflow.NewDisconnectedContext.
func (c *Channel[T]) Receive(ctx workflow.Context) (T, error) {
	v, _, err := c.receive(ctx, nil)
	return v, err
}

// ReceiveUntil waits for the next message until the deadline has passed; then
// ok is false. Several calls may share one deadline and with it one timer:
// that is how k messages in one time span are collected. A message that waits
// already is returned even when the deadline has passed, as the channel's
// [Ties] say. Canceling ctx ends the wait as in [Channel.Receive]. A nil
// deadline never passes.
func (c *Channel[T]) ReceiveUntil(ctx workflow.Context, deadline *Deadline) (v T, ok bool, err error) {
	if deadline == nil {
		return c.receive(ctx, nil)
	}
	return c.receive(ctx, deadline.core)
}

// ReceiveWithTimeout waits for the next message for at most timeout; then ok
// is false. It looks once even when timeout is zero or negative, starts no
// timer when a message is there, and cancels its timer when it returns.
func (c *Channel[T]) ReceiveWithTimeout(ctx workflow.Context, timeout time.Duration) (v T, ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return v, false, err
	}
	if v, ok = c.next(ctx, nil); ok {
		return v, ok, nil
	}
	deadline := wait.NewDeadline(ctx, timeout, "timeout of signal "+c.source.Name())
	v, ok, err = c.receive(ctx, deadline)
	deadline.Stop()
	return v, ok, err
}

// ReceiveAsync takes the oldest message that has arrived; ok is false when
// there is none. It never waits, and works on a canceled context too.
func (c *Channel[T]) ReceiveAsync(ctx workflow.Context) (v T, ok bool) { return c.next(ctx, nil) }

// Len is how many messages have arrived and were not received. Some of them
// may turn out to be dead letters.
func (c *Channel[T]) Len() int { return c.source.Len() + c.held() }

// Drain takes every message that has arrived, in order, without waiting. Call
// it last before a run ends or continues as new, with nothing that blocks
// between it and the return.
func (c *Channel[T]) Drain(ctx workflow.Context) []T {
	var all []T
	for {
		v, ok := c.next(ctx, nil)
		if !ok {
			return all
		}
		all = append(all, v)
	}
}

// receive looks before it waits, and drains before it lets a deadline decide.
func (c *Channel[T]) receive(ctx workflow.Context, deadline *wait.Deadline) (v T, ok bool, err error) {
	passed := func() bool { return deadline != nil && deadline.Passed() }
	for {
		if err := ctx.Err(); err != nil {
			return v, false, err
		}
		if v, ok = c.next(ctx, deadline); ok {
			return v, true, nil
		}
		if passed() {
			return v, false, nil
		}
		if err := workflow.Await(ctx, func() bool { return c.Len() > 0 || passed() }); err != nil {
			return v, false, err
		}
	}
}

// next takes the oldest good message that is not late for the deadline; bad
// ones on the way become dead letters.
func (c *Channel[T]) next(ctx workflow.Context, deadline *wait.Deadline) (v T, ok bool) {
	for {
		m, ok := c.take()
		if !ok {
			return v, false
		}
		if deadline != nil && c.exact && c.source.Late(m.number, deadline) {
			c.late = &m
			return v, false
		}
		v, err := wire.Decode[T](m.raw)
		if err == nil {
			return v, true
		}
		letter := wire.DeadLetter{Message: c.source.Name(), Reason: err.Error(), Size: len(m.raw.Payload().GetData())}
		c.dead.Add(letter)
		wait.ReportDeadLetter(ctx, letter)
	}
}

func (c *Channel[T]) take() (m message, ok bool) {
	if c.late != nil {
		m, c.late = *c.late, nil
		return m, true
	}
	m.raw, m.number, ok = c.source.Next()
	return m, ok
}

// held is how many messages were taken from the SDK and not received: 0 or 1.
func (c *Channel[T]) held() int {
	if c.late != nil {
		return 1
	}
	return 0
}
