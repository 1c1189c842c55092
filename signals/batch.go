package signals

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// BatchOptions says when [Channel.ReceiveBatch] has collected enough. What is zero
// sets no limit; when both times are zero, the batch is what has arrived.
type BatchOptions struct {
	// Max ends the batch when it has so many messages.
	Max int
	// Quiet ends it when no message has come for so long.
	IdleTimeout time.Duration
	// MaxWait ends it so long after its first message.
	MaxWait time.Duration
	// Until ends it when it is true, with what has arrived; only then can the
	// batch be empty. It must be quick and change nothing.
	Stop func() bool
}

// ReceiveBatch waits for a message, without limit but b.Until, and collects
// those that follow until b says that it is enough. When ctx is canceled, what
// was collected comes with the CanceledError.
//
// Times are workflow time, in which a message counts as received when a worker
// takes it. A message that comes with the end of the time still belongs to the
// batch, and starts Quiet again, unless the channel is [DeadlineHistoryOrder] and history
// recorded it after the timer had fired. There is one timer for each quiet
// period, however many messages come in it.
func (c *Channel[T]) ReceiveBatch(ctx workflow.Context, b BatchOptions) ([]T, error) {
	until := func() bool { return b.Stop != nil && b.Stop() }
	first, ok, err := c.receive(ctx, nil, until)
	if !ok {
		return nil, err
	}
	batch := []T{first}
	begin := workflow.Now(ctx)
	last := begin
	var timer *wait.Deadline
	for {
		for b.Max <= 0 || len(batch) < b.Max {
			v, ok := c.next(ctx, b.final(timer, begin, last))
			if !ok {
				break
			}
			batch, last = append(batch, v), workflow.Now(ctx)
		}
		remaining := b.due(begin, last).Sub(workflow.Now(ctx))
		over := timer != nil && timer.Passed() && b.final(timer, begin, last) != nil
		if len(batch) == b.Max || over || remaining <= 0 || until() {
			break
		}
		if timer == nil || timer.Passed() {
			if timer != nil {
				timer.Stop()
			}
			timer = wait.NewDeadline(ctx, remaining, "batch of signal "+c.source.Name())
		}
		if err = workflow.Await(ctx, func() bool { return c.ready() || timer.Passed() || until() }); err != nil {
			break
		}
	}
	if timer != nil {
		timer.Stop()
	}
	return batch, err
}

// due is when a batch ends that began and had its last message at these times.
func (b BatchOptions) due(begin, last time.Time) time.Time {
	quiet, limit := last.Add(b.IdleTimeout), begin.Add(b.MaxWait)
	switch {
	case b.MaxWait <= 0 && b.IdleTimeout <= 0:
		return begin
	case b.MaxWait <= 0 || b.IdleTimeout > 0 && quiet.Before(limit):
		return quiet
	default:
		return limit
	}
}

// final is the timer if its end is the end of the batch, and not the moment to
// look how much longer it must be quiet.
func (b BatchOptions) final(timer *wait.Deadline, begin, last time.Time) *wait.Deadline {
	if timer == nil || b.due(begin, last).After(timer.Time()) {
		return nil
	}
	return timer
}
