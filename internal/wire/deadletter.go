package wire

// maxDeadLetters bounds how many dead letters are kept; older ones are only
// counted, so that a stream of garbage cannot grow a workflow.
const maxDeadLetters = 16

// A DeadLetter is a message that could not be used.
type DeadLetter struct {
	// Message is the name of the signal it came by.
	Message string `json:"message"`
	// Reason says why it could not be used. It holds no part of the payload.
	Reason string `json:"reason"`
	// Size is the length of the payload in bytes.
	Size int `json:"size"`
}

// DeadLetters counts dead letters and keeps the last 16.
type DeadLetters struct {
	// Count is how many there were in this run.
	Count int `json:"count"`
	// Last are the latest, oldest first.
	Last []DeadLetter `json:"last,omitempty"`
}

// Add counts one more dead letter.
func (d *DeadLetters) Add(letter DeadLetter) {
	d.Count++
	d.Last = append(d.Last, letter)
	if len(d.Last) > maxDeadLetters {
		d.Last = d.Last[1:]
	}
}
