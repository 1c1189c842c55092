package signals

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// Options tunes a [Channel]. The zero value is ready to use.
type Options struct {
	// DeadlinePolicy decides about a message that reaches the workflow together with a
	// deadline that has passed. Zero is [DeadlineAcceptLate].
	DeadlinePolicy DeadlinePolicy
	// ContinueState is what [NewContinueState] returned in the run before this one. The channel
	// takes its own part of it.
	ContinueState ContinueState
	// Seen is how many message IDs are remembered to find duplicates, when the
	// signal has [Signal.WithID]. Zero is 10,000. [NewContinueState] may have room for
	// fewer, but takes the latest 1,000. A duplicate that comes when its ID was
	// forgotten is received again.
	MaxIDs int
	// OnDeadLetter is called in workflow code for each message that cannot be
	// used, with its payload. It must be deterministic and must not block; use
	// workflow.Go for what takes time. When it panics, that is logged and the run
	// goes on.
	OnDeadLetter func(DeadLetter, converter.RawValue)
}

// A Channel receives the signals of one name in one run. Its methods are for
// workflow code. What was not received stays in the channel; a run that ends
// with it reports it, see [NewInterceptor].
type Channel[T any] struct {
	queue

	id    func(T) string
	exact bool

	judged   bool // a message was, so recorded is known
	recorded bool // the verdicts of this run are in history
}

// Channel opens the receiving side of s. Call it once in a run, at the start,
// and share the value: two channels of one signal would compete. With
// [NewInterceptor] the second receives nothing; its methods, and [Serve], return an
// error of [ReasonMisuse], which is logged too, and so they do when s has no name. It
// registers the query of [Signal.Status] and creates no history event and no coroutine.
//
// With [DeadlineHistoryOrder] and a worker without [NewInterceptor] the workflow task fails.
func (s Signal[T]) Channel(ctx workflow.Context, o Options) *Channel[T] {
	if err := misuse(ctx, s.name); err != nil {
		return &Channel[T]{queue: queue{source: wait.NoSource(ctx, s.name), misuse: err}}
	}
	exact := o.DeadlinePolicy != DeadlineAcceptLate
	if exact {
		wait.RequireOrder(ctx)
	}
	c := &Channel[T]{queue: queue{source: wait.NewSource(ctx, s.name), onDead: o.OnDeadLetter}, id: s.id, exact: exact}
	c.resume(o.ContinueState, o.MaxIDs)
	query := workflow.QueryHandlerOptions{Description: "What became of the messages of signal " + s.name}
	err := workflow.SetQueryHandlerWithOptions(ctx, statusQuery(s.name).name, func() (Status, error) { return c.status(), nil }, query)
	if err != nil {
		// Only an invalid handler type is refused, so this cannot happen; a
		// run without its query is still better than one that stops.
		workflow.GetLogger(ctx).Error("signals: the status query is not available", "Signal", s.name, "Error", err)
	}
	if run := wait.FromContext(ctx); run != nil {
		run.AtClose(c.reportLeftovers)
	}
	return c
}

// Receive waits for the next message. When ctx is canceled it returns the
// CanceledError and leaves the messages in the channel; to receive during
// clean-up, use a context from workflow.NewDisconnectedContext.
func (c *Channel[T]) Receive(ctx workflow.Context) (T, error) {
	v, _, err := c.receive(ctx, nil, never)
	return v, err
}

// ReceiveUntil waits for the next message until the deadline has passed; then
// ok is false. Several calls may share one deadline and with it one timer:
// that is how k messages in one time span are collected. A message that waits
// already is returned even when the deadline has passed, as the channel's
// [DeadlinePolicy] say. Canceling ctx ends the wait as in [Channel.Receive]. A nil
// deadline never passes.
func (c *Channel[T]) ReceiveUntil(ctx workflow.Context, deadline *Deadline) (v T, ok bool, err error) {
	if deadline == nil {
		return c.receive(ctx, nil, never)
	}
	return c.receive(ctx, deadline.core, never)
}

// ReceiveWithTimeout waits for the next message for at most timeout; then ok
// is false. It looks once even when timeout is zero or negative, starts no
// timer when a message is there, and cancels its timer when it returns.
func (c *Channel[T]) ReceiveWithTimeout(ctx workflow.Context, timeout time.Duration) (v T, ok bool, err error) {
	if err := cmp.Or(ctx.Err(), c.misuse); err != nil {
		return v, false, err
	}
	if v, ok = c.next(ctx, nil); ok {
		return v, ok, nil
	}
	deadline := wait.NewDeadline(ctx, timeout, "timeout of signal "+c.source.Name())
	v, ok, err = c.receive(ctx, deadline, never)
	deadline.Stop()
	return v, ok, err
}

// ReceiveAsync takes the oldest message that has arrived; ok is false when
// there is none. It never waits, and works on a canceled context too.
func (c *Channel[T]) TryReceive(ctx workflow.Context) (v T, ok bool) { return c.next(ctx, nil) }

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
