package approvalclient

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A Status has the gates of a run.
type Status struct {
	// Gates are the gates in the order in which the run opened them: all that fit into
	// 512 KB, the open ones first, then those that closed last.
	Gates []GateStatus `json:"gates"`
	// More is the number of gates that were left out for their size. [Client.Gate] returns
	// any one of them.
	More int `json:"more,omitempty"`
	// Early is the number of votes that came by signal before their gate was opened and
	// wait for it.
	Early int `json:"early"`
	// Newer is the number of votes of a later version that the run keeps until a worker can
	// read them.
	Newer int `json:"newer"`
	// DeadLetters are votes by signal that could not be read or were refused: their number,
	// and the last 16 with the reason.
	DeadLetters signals.DeadLetters `json:"deadLetters"`
}

// Gate returns the status of the gate with that ID, and reports whether there is one.
func (s Status) Gate(id string) (GateStatus, bool) {
	i := slices.IndexFunc(s.Gates, func(g GateStatus) bool { return g.ID == id })
	if i < 0 {
		return GateStatus{}, false
	}
	return s.Gates[i], true
}

// A GateStatus describes one gate.
type GateStatus struct {
	ID        string       `json:"id"`
	Title     string       `json:"title,omitempty"`
	Requester string       `json:"requester,omitempty"`
	State     policy.State `json:"state"`
	// Why says more than votes do: the rule that has approved, or why no one could approve.
	Why string `json:"why,omitempty"`
	// Round counts from 1, Stage from 0. Digest names the subject of the round.
	Round     int    `json:"round"`
	Stage     int    `json:"stage"`
	StageName string `json:"stageName,omitempty"`
	Stages    int    `json:"stages"`
	Digest    string `json:"digest,omitempty"`
	// Subject is the subject, as JSON, while the gate is open: what people should look at
	// before they decide. A list of gates leaves out subjects of over 4 KB; [Client.Gate]
	// has them.
	Subject json.RawMessage `json:"subject,omitempty"`
	// SubjectSize is the number of bytes of the subject, also where it was left out.
	SubjectSize int `json:"subjectSize,omitempty"`
	// Approvals is the number of approvals that count now, Need the number that the stage
	// needs, and Missing the number that it still needs, where each person counts for one
	// rule.
	Approvals int `json:"approvals"`
	Need      int `json:"need"`
	Missing   int `json:"missing"`
	// Users and Groups are those whose approval would count now, without those who have
	// decided; once changes are requested, the requester. Delegates says for whom some of
	// Users would decide.
	Users     []string            `json:"users,omitempty"`
	Groups    []string            `json:"groups,omitempty"`
	Delegates []policy.Delegation `json:"delegates,omitempty"`
	// Opened is when the workflow began to wait.
	// Deadline is when the stage ends; it is zero if the stage has no deadline or waits for changes.
	// Closed is when the gate was decided; it is zero before that.
	// UseBy is when an approval ends; it is zero if it does not end.
	Opened   time.Time `json:"opened"`
	Deadline time.Time `json:"deadline,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	UseBy    time.Time `json:"useBy,omitzero"`
	// Votes are the votes of the round that count, the latest of each person, without
	// groups, and with the first 500 bytes of comments. approval.Outcome has them in full.
	Votes []policy.CountedVote `json:"votes,omitempty"`
	// MoreVotes is the number of votes, the first ones, that were left out for their size.
	MoreVotes int `json:"moreVotes,omitempty"`
}
