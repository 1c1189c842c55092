package signals

import (
	"cmp"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

const (
	continueVersion = 1
	maxContinued    = 512 << 10
	seenAlways      = 1_000 // IDs that each channel hands on in any case
)

// A ContinueState holds what a run hands to the next: messages that were not received,
// in order, and the IDs of those that were. Give it a field in the workflow's input.
// It is JSON of at most 512 KB when [NewContinueState] returns it, and 22 KB more for
// each channel:
//
//	{"v": 1, "signals": [{
//		"name":     "paid",
//		"messages": [{"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "eyJhbW91bnQiOjIwfQ=="}],
//		"seen":     "…" // 16 bytes of a hash for each ID
//	}]}
type ContinueState struct {
	live    *handover // of this run
	version int       // of a state that was read, as are its parts
	parts   []part
}

// A part is the share of one channel.
type part struct {
	Name     string       `json:"name"`
	Messages []wire.Saved `json:"messages,omitempty"`
	Seen     []byte       `json:"seen,omitempty"` // hashes, one after the other

	claimed   bool // a channel of this run has taken it
	continued bool // it was handed to the next run
	reported  bool // as lost
}

// continueForm is a state on the wire.
type continueForm struct {
	Version int    `json:"v,omitempty"`
	Signals []part `json:"signals,omitempty"`
}

// Len returns the number of messages. A batch of which nothing was received counts
// as one.
func (s ContinueState) Len() (n int) {
	parts := s.parts
	if s.live != nil {
		parts, _ = s.live.collect()
	}
	for _, p := range parts {
		n += len(p.Messages)
	}
	return n
}

// IsZero reports whether there is no state, as in the first run.
func (s ContinueState) IsZero() bool { return s.live == nil && s.version == 0 && len(s.parts) == 0 }

// MarshalJSON encodes the state. One of this run is collected now.
func (s ContinueState) MarshalJSON() ([]byte, error) {
	form := continueForm{Version: s.version, Signals: s.parts}
	if s.live != nil {
		form = continueForm{Version: continueVersion, Signals: s.live.commit()}
	}
	payload, err := wire.Payload(form)
	return payload.GetData(), err
}

// UnmarshalJSON decodes a state that a previous run has encoded.
func (s *ContinueState) UnmarshalJSON(data []byte) error {
	form, err := wire.ReadOrZero[continueForm](wire.FromJSON(data))
	if err != nil {
		return fmt.Errorf("signals: a ContinueState cannot be decoded; pass on what NewContinueState returned, unchanged: %w", err)
	}
	*s = ContinueState{version: form.Version, parts: form.Signals}
	return nil
}

// part returns what the queue hands to the next run.
func (q *queue) part() part {
	p := part{Name: q.source.Name(), Seen: q.seen.pack()}
	all := slices.Concat(q.undecodable.messages, q.buffered, q.closed.after)
	slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.number, b.number) })
	for _, m := range all {
		p.Messages = append(p.Messages, wire.Save(m.raw))
	}
	return p
}

// resume takes over what the previous run has handed on.
func (q *queue) resume(s ContinueState, maxIDs int) {
	if s.version > continueVersion {
		//archtest:panic ignoring it would lose messages; the task heals on redeploy
		panic(fmt.Errorf("signals: the previous run used a later version of this library (state version %d, this worker knows %d); "+
			"redeploy the later version, the run then goes on by itself", s.version, continueVersion))
	}
	var mine part
	q.previous = s.parts
	for i, p := range s.parts {
		if p.Name == q.source.Name() {
			s.parts[i].claimed = true // the channels share the list
			mine.Messages = append(mine.Messages, p.Messages...)
			mine.Seen = append(mine.Seen, p.Seen...)
		}
	}
	q.seen = newWindow(maxIDs, mine.Seen)
	for i, m := range mine.Messages {
		q.buffered = append(q.buffered, message{raw: m.Raw(), number: i - len(mine.Messages)})
	}
}

// reportLeftovers reports what is lost when a run ends with err: messages of the
// channel, and what the previous run has handed on for channels that this run has not
// opened.
func (q *queue) reportLeftovers(ctx workflow.Context, err error) {
	wait.ReportLeftovers(ctx, q.source.Name(), q.leftovers(err))
	for i := range q.previous {
		p := &q.previous[i] // the channels share the list
		if p.claimed || p.reported || p.continued && workflow.IsContinueAsNewError(err) {
			continue
		}
		p.reported = true
		wait.ReportLeftovers(ctx, p.Name, len(p.Messages))
	}
}

// leftovers returns the number of messages that are lost when a run ends with err.
func (q *queue) leftovers(err error) int {
	n := q.Len() + len(q.undecodable.messages)
	if workflow.IsContinueAsNewError(err) {
		n -= q.counts.continued
	}
	return max(n, 0)
}
