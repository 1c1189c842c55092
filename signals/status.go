package signals

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/converter"
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

// DeadLetters counts messages that could not be used and keeps the last 16.
type DeadLetters struct {
	// Count is how many there were in this run.
	Count int `json:"count"`
	// Last are the latest, oldest first.
	Last []DeadLetter `json:"last,omitempty"`
}

// A DeadLetter is a message that could not be used.
type DeadLetter struct {
	// Message is the name of the signal it came by.
	Message string `json:"message"`
	// Reason says why it could not be used. It quotes nothing of the message
	// but names of fields, and what the message's own Validate says.
	Reason string `json:"reason"`
	// Size is the length of the payload in bytes.
	Size int `json:"size"`
}

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
	s := Status{Received: c.source.Taken() - c.held(), Waiting: c.Len(), DeadLetters: DeadLetters{Count: c.dead.Count}}
	for _, letter := range c.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, DeadLetter(letter))
	}
	return s
}

// statusQuery is the name of the query on the wire.
func statusQuery(signal string) string { return "signals.status." + signal }
