package wire

// maxDeadLetters bounds how many dead letters are kept; older ones are only
// counted, so that a stream of garbage cannot grow a workflow.
const maxDeadLetters = 16

// A DeadLetter is a message that could not be used: the name of the signal it
// came by, why, and how many bytes it had.
type DeadLetter struct {
	Message string `json:"message"`
	Reason  string `json:"reason"`
	Size    int    `json:"size"`
}

// DeadLetters counts dead letters and keeps the last 16, oldest first.
type DeadLetters struct {
	Count int
	Last  []DeadLetter
}

// Add counts one more dead letter.
func (d *DeadLetters) Add(letter DeadLetter) {
	d.Count++
	d.Last = append(d.Last, letter)
	if len(d.Last) > maxDeadLetters {
		d.Last = d.Last[1:]
	}
}
