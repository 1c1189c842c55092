package signals

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// resume takes over what the run before has carried.
func (b *queue) resume(c ContinueState, seen int) {
	if c.Version > carriedVersion {
		//archtest:panic ignoring it would lose messages; the task heals on redeploy
		panic(fmt.Errorf("signals: the run before this one was of a later version of this library (%d, this worker knows %d); redeploy the later version, the run then goes on by itself", c.Version, carriedVersion))
	}
	var mine carried
	b.previous = c.Signals
	for i, part := range c.Signals {
		if part.Name == b.source.Name() {
			c.Signals[i].claimed = true // seen by the other channels, too: they share the list
			mine.Messages = append(mine.Messages, part.Messages...)
			mine.Seen = append(mine.Seen, part.Seen...)
		}
	}
	b.seen = newWindow(seen, mine.Seen)
	for i, m := range mine.Messages {
		b.buffered = append(b.buffered, message{raw: m.Raw(), number: i - len(mine.Messages)})
	}
}

// reportLeftovers reports what a run that ends with err leaves to nothing: messages
// of the channel, and what the run before has carried for channels that this one
// has not opened.
func (b *queue) reportLeftovers(ctx workflow.Context, err error) {
	wait.ReportLeftovers(ctx, b.source.Name(), b.leftovers(err))
	for i := range b.previous {
		part := &b.previous[i] // the channels share the list
		if part.claimed || part.reported || part.handed && workflow.IsContinueAsNewError(err) {
			continue
		}
		part.reported = true
		wait.ReportLeftovers(ctx, part.Name, len(part.Messages))
	}
}

// leftovers is how many messages a run that ends with err leaves to nothing.
func (b *queue) leftovers(err error) int {
	n := b.Len() + len(b.undecodable)
	if workflow.IsContinueAsNewError(err) {
		n -= b.carried
	}
	return max(n, 0)
}
