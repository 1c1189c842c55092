package signals

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A Channel receives the signals of one name in one run. Its methods are for workflow
// code. What was not received stays in the channel; a run that ends with it reports
// it, see [NewInterceptor].
type Channel[T any] struct {
	queue

	id           func(T) string
	historyOrder bool

	judged   bool // a message was, so recorded is known
	recorded bool // the verdicts of this run are in history
}

// Channel opens the receiving side of s. Call it once in a run, before the workflow
// first blocks, and share the value. It registers the query of [Signal.Status] and
// creates no history event and no coroutine.
//
// A channel cannot be used when s has no name, when o is invalid, or, with
// [NewInterceptor], when the run has another channel of s. That is logged as an error,
// and every method that returns an error, and [Serve], fails at once with
// [ReasonMisuse]. With [DeadlineHistoryOrder] and a worker without [NewInterceptor]
// the workflow task fails.
func (s Signal[T]) Channel(ctx workflow.Context, o Options) *Channel[T] {
	if err := misuse(ctx, s.name, o); err != nil {
		workflow.GetLogger(ctx).Error(err.Error(), "Signal", s.name)
		return &Channel[T]{queue: queue{source: wait.NoSource(ctx, s.name), misuse: err}}
	}
	historyOrder := o.DeadlinePolicy != DeadlineAcceptLate
	if historyOrder {
		wait.RequireOrder(ctx)
	}
	c := &Channel[T]{queue: queue{source: wait.NewSource(ctx, s.name), onDead: o.OnDeadLetter}, id: s.id, historyOrder: historyOrder}
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

// misuse returns why a channel of the signal of that name cannot be used.
func misuse(ctx workflow.Context, name string, o Options) error {
	run := wait.FromContext(ctx)
	switch {
	case name == "":
		return refuse(ReasonMisuse, "a channel was opened of a signal that cannot be received: %s", noName)
	case o.MaxIDs < 0 || o.DeadlinePolicy > DeadlineHistoryOrder:
		return refuse(ReasonMisuse, "the channel of signal %q was opened with MaxIDs %d and DeadlinePolicy %d; use a constant, and no "+
			"negative number",
			name, o.MaxIDs, o.DeadlinePolicy)
	case run != nil && !run.Open(name) && secondIsRefused(ctx, name):
		return refuse(ReasonMisuse, "a second channel of signal %q was opened in this run, and the two would compete; open it once, and "+
			"share the value", name)
	}
	return nil
}

// secondIsRefused reports whether the second channel of a signal is refused. A run
// that had one when its workers had no interceptor goes on with it.
func secondIsRefused(ctx workflow.Context, name string) bool {
	_, found := wait.Recorded(ctx, "temporal-patterns.signals.second."+name, func() any { return true })
	return found
}

// Receive waits for the next message. When ctx is canceled it returns the
// CanceledError and leaves the messages in the channel; to receive during clean-up,
// use a context from workflow.NewDisconnectedContext.
func (c *Channel[T]) Receive(ctx workflow.Context) (T, error) {
	v, _, err := c.receive(ctx, nil, never)
	return v, err
}

// ReceiveUntil waits for the next message until the deadline has passed; then ok is
// false. Several calls may share one deadline and with it one timer: that is how k
// messages in one time span are collected. A message that has arrived is returned even
// when the deadline has passed, as the channel's [DeadlinePolicy] says. Canceling ctx
// ends the wait as in [Channel.Receive]. A nil deadline never passes.
func (c *Channel[T]) ReceiveUntil(ctx workflow.Context, deadline *Deadline) (v T, ok bool, err error) {
	if deadline == nil {
		return c.receive(ctx, nil, never)
	}
	return c.receive(ctx, deadline.core, never)
}

// ReceiveWithTimeout waits for the next message for at most timeout; then ok is
// false. It looks once even when timeout is zero or negative, starts no timer when a
// message is there, and cancels its timer when it returns.
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

// TryReceive returns the oldest message that has arrived; ok is false when there is
// none. It never waits, and works on a canceled context too.
func (c *Channel[T]) TryReceive(ctx workflow.Context) (v T, ok bool) { return c.next(ctx, nil) }

// Drain returns all messages that have arrived, in order, without waiting. Call it
// last before a run ends or continues as new, with nothing that blocks between it and
// the return.
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
