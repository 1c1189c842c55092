package signals

import "context"

// Status says what became of the messages of one signal in one run.
type Status struct {
	// Received is how many messages the workflow's code was handed.
	Received int `json:"received"`
	// Waiting is how many messages have arrived and were not received yet.
	Waiting int `json:"waiting"`
	// ContinueState is how many messages [NewContinueState] collected last; in a run that has
	// continued as new, the next run has them.
	Continued int `json:"carried"`
	// Duplicates is how many messages were skipped since one of the same ID
	// was received before.
	Duplicates int `json:"duplicates"`
	// Newer is how many batches were written by a later version of this
	// library. They are kept and carried on, until a worker can read them.
	Newer int `json:"newer"`
	// Unreadable is how many signals the SDK dropped since the payload codec
	// failed on them. [NewDataConverter] keeps this at zero.
	Unreadable int `json:"unreadable"`
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

// Status asks a run, open or closed, what became of the messages of s. It
// needs a worker that runs. For use outside workflow code.
func (s Signal[T]) Status(ctx context.Context, c Client, ref Ref) (Status, error) {
	return statusQuery(s.name).Get(ctx, c, ref)
}

func statusQuery(signal string) Query[Status] { return NewQuery[Status]("signals.status." + signal) }
