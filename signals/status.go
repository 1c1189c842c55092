package signals

import "context"

// Status says what became of the messages of one signal in one run.
type Status struct {
	// Received counts the messages that the workflow's code has received.
	Received int `json:"received"`
	// Waiting counts the messages that have arrived and were not received yet.
	Waiting int `json:"waiting"`
	// Continued counts the messages that [NewContinueState] collected last; in a run that has
	// continued as new, the next run has them.
	Continued int `json:"carried"`
	// Duplicates counts the messages that were skipped because one of the same ID
	// was received before.
	Duplicates int `json:"duplicates"`
	// Newer counts the batches that were written by a later version of this
	// library. They are kept and carried on, until a worker can read them.
	Newer int `json:"newer"`
	// Unreadable counts the signals that the SDK dropped because the payload codec
	// failed on them. [NewDataConverter] keeps this at zero.
	Unreadable int `json:"unreadable"`
	// DeadLetters counts the messages that could not be used.
	DeadLetters DeadLetters `json:"deadLetters"`
}

// DeadLetters counts messages that could not be used and keeps the last 16.
type DeadLetters struct {
	// Count counts all of them in this run.
	Count int `json:"count"`
	// Last holds the latest ones, oldest first.
	Last []DeadLetter `json:"last,omitempty"`
}

// A DeadLetter is a message that could not be used.
type DeadLetter struct {
	// Message names the signal that brought it.
	Message string `json:"message"`
	// Reason says why it could not be used. It quotes nothing of the message
	// but names of fields, and what the message's own Validate says.
	Reason string `json:"reason"`
	// Size gives the length of the payload in bytes.
	Size int `json:"size"`
}

// Status asks a run, open or closed, what became of the messages of s. It
// needs a worker that runs. For use outside workflow code.
func (s Signal[T]) Status(ctx context.Context, c Client, ref Ref) (Status, error) {
	return statusQuery(s.name).Get(ctx, c, ref)
}

func statusQuery(signal string) Query[Status] { return NewQuery[Status]("signals.status." + signal) }
