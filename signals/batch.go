package signals

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// BatchOptions says when [Channel.ReceiveBatch] has collected enough. A zero field sets
// no limit; when both times are zero, the batch is what has arrived.
type BatchOptions struct {
	// Max ends the batch when it has this many messages.
	Max int
	// IdleTimeout ends the batch when no message has come for this long.
	IdleTimeout time.Duration
	// MaxWait ends the batch this long after its first message.
	MaxWait time.Duration
	// Stop ends the batch when it is true, with what has arrived; only then can the
	// batch be empty. It must be quick and change nothing. Nil is never true.
	Stop func() bool
}

// ReceiveBatch waits for a message, without limit except o.Stop, and collects those
// that follow until o says that it is enough. When ctx is canceled, it returns what
// was collected and the CanceledError.
//
// Times are workflow time, in which a message counts as received when a worker takes
// it. A message that comes with the end of the time still belongs to the batch, and
// starts IdleTimeout again, unless the channel has [DeadlineHistoryOrder] and history
// recorded it after the timer had fired. ReceiveBatch starts one timer for each idle
// period, however many messages come in it.
func (c *Channel[T]) ReceiveBatch(ctx workflow.Context, o BatchOptions) ([]T, error) {
	if o.Max < 0 || o.IdleTimeout < 0 || o.MaxWait < 0 {
		return nil, refuse(ReasonMisuse, "ReceiveBatch of signal %q was called with a negative limit %+v; use zero for no limit",
			c.source.Name(), o)
	}
	stop := func() bool { return o.Stop != nil && o.Stop() }
	first, ok, err := c.receive(ctx, nil, stop)
	if !ok {
		return nil, err
	}
	now := workflow.Now(ctx)
	b := &batch[T]{BatchOptions: o, messages: []T{first}, begin: now, last: now}
	defer b.stopTimer()
	for {
		c.fill(ctx, b)
		if b.complete(ctx) || stop() {
			return b.messages, nil
		}
		b.startTimer(ctx, c.source.Name())
		if err = workflow.Await(ctx, func() bool { return c.ready() || b.timer.Passed() || stop() }); err != nil {
			return b.messages, err
		}
	}
}

// A batch is what ReceiveBatch has collected.
type batch[T any] struct {
	BatchOptions

	messages    []T
	begin, last time.Time // when the first and the last message were received
	timer       *wait.Deadline
}

// fill adds what has arrived, up to Max.
func (c *Channel[T]) fill(ctx workflow.Context, b *batch[T]) {
	for !b.full() {
		v, ok := c.next(ctx, b.end())
		if !ok {
			return
		}
		b.messages, b.last = append(b.messages, v), workflow.Now(ctx)
	}
}

func (b *batch[T]) full() bool { return b.Max > 0 && len(b.messages) >= b.Max }

// complete reports whether no limit lets the batch wait for more.
func (b *batch[T]) complete(ctx workflow.Context) bool {
	ended := b.end() != nil && b.timer.Passed()
	return b.full() || ended || !b.due().After(workflow.Now(ctx))
}

// due returns when the batch ends if no other message comes.
func (b *batch[T]) due() time.Time {
	idle, limit := b.last.Add(b.IdleTimeout), b.begin.Add(b.MaxWait)
	switch {
	case b.MaxWait == 0 && b.IdleTimeout == 0:
		return b.begin
	case b.MaxWait == 0 || b.IdleTimeout > 0 && idle.Before(limit):
		return idle
	}
	return limit
}

// end returns the timer if it ends the batch. Otherwise messages have come since it
// was started, and it only tells when to look again.
func (b *batch[T]) end() *wait.Deadline {
	if b.timer == nil || b.due().After(b.timer.Time()) {
		return nil
	}
	return b.timer
}

// startTimer starts a timer for what is left, unless one runs.
func (b *batch[T]) startTimer(ctx workflow.Context, signal string) {
	if b.timer != nil && !b.timer.Passed() {
		return
	}
	b.stopTimer()
	b.timer = wait.NewDeadline(ctx, b.due().Sub(workflow.Now(ctx)), "batch of signal "+signal)
}

func (b *batch[T]) stopTimer() {
	if b.timer != nil {
		b.timer.Stop()
	}
}
