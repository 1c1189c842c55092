package signals

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Status says what became of the messages of one signal in one run.
type Status struct {
	// Received is how many messages were taken, dead letters included.
	Received int `json:"received"`
	// Waiting is how many messages have arrived and were not taken yet.
	Waiting int `json:"waiting"`
	// DeadLetters are the messages that could not be used.
	DeadLetters DeadLetters `json:"deadLetters"`
}

// DeadLetters counts messages that could not be used and keeps the last 16:
// the signal's name, the reason and the size, never the payload.
type DeadLetters = wire.DeadLetters

// Querier queries workflows. A client.Client is one.
type Querier interface {
	QueryWorkflow(ctx context.Context, workflowID, runID, queryType string, args ...any) (converter.EncodedValue, error)
}

// Status asks a run, open or closed, what became of the messages of s. It
// needs a worker that runs. For use outside workflow code.
func (s Signal[T]) Status(ctx context.Context, of Querier, workflowID, runID string) (Status, error) {
	var status Status
	value, err := of.QueryWorkflow(ctx, workflowID, runID, statusQuery(s.name))
	if err == nil {
		err = value.Get(&status)
	}
	if err != nil {
		return Status{}, fmt.Errorf("signals: no status of signal %q in workflow %q; check the ID, that the workflow opens the channel, and that a worker runs: %w", s.name, workflowID, err)
	}
	return status, nil
}

func (c *Channel[T]) status() Status {
	return Status{Received: c.source.Taken(), Waiting: c.source.Len(), DeadLetters: c.dead}
}

// statusQuery is the name of the query on the wire.
func statusQuery(signal string) string { return "signals.status." + signal }
