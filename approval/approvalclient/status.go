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
	// Gates lists the gates in the order in which the run opened them. When not all fit into
	// 512 KB, closed ones are left out first, beginning with the one that was opened first.
	Gates []GateStatus `json:"gates"`
	// More counts the gates that were left out for their size. [Client.Gate] returns
	// any one of them.
	More int `json:"more,omitempty"`
	// Early counts the votes by signal that wait until their gate is opened.
	Early int `json:"early"`
	// Newer counts the votes of a later version that wait for a worker that can read them.
	Newer int `json:"newer"`
	// DeadLetters counts the votes by signal that could not be read or were refused, and has
	// the last 16 with the reason.
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
	// Subject has the JSON of the subject while the gate is open. People should look at it
	// before they decide. A list of gates leaves out subjects of over 4 KB; [Client.Gate]
	// has them.
	Subject json.RawMessage `json:"subject,omitempty"`
	// SubjectSize counts the bytes of the subject, also where it was left out.
	SubjectSize int `json:"subjectSize,omitempty"`
	// Approvals counts the approvals that count now, Need those that the stage needs, and
	// Missing those that it still needs, where each person counts for one rule.
	Approvals int `json:"approvals"`
	Need      int `json:"need"`
	Missing   int `json:"missing"`
	// Users and Groups name the people whose approval would count now and who have not
	// decided; once changes are requested, the requester. Delegates says for whom some of
	// Users would decide.
	Users     []string            `json:"users,omitempty"`
	Groups    []string            `json:"groups,omitempty"`
	Delegates []policy.Delegation `json:"delegates,omitempty"`
	// Opened says when the workflow opened the gate, Deadline when the stage ends, Closed when
	// the gate was decided, and UseBy when its approval ends. A time is zero if it does not
	// apply: Deadline also while the gate waits for changes.
	Opened   time.Time `json:"opened"`
	Deadline time.Time `json:"deadline,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	UseBy    time.Time `json:"useBy,omitzero"`
	// Votes lists the votes of the round that count, the latest of each person, without
	// groups, and with the first 500 bytes of comments. approval.Outcome has them in full.
	Votes []policy.CountedVote `json:"votes,omitempty"`
	// MoreVotes counts the votes that were left out for their size: the first ones.
	MoreVotes int `json:"moreVotes,omitempty"`
}
