package approvalclient

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Status is what a run tells about its gates.
type Status struct {
	// Gates are the gates of the run in the order in which they were opened: all
	// that fit into 512 KB, the open ones first, then those that closed last.
	Gates []GateStatus `json:"gates"`
	// More is the number of gates that were left out for their size. [Client.Gate]
	// returns any one of them.
	More int `json:"more,omitempty"`
	// Early is how many votes came by signal before their gate was opened and
	// wait for it.
	Early int `json:"early"`
	// Newer is how many votes of a later version are kept until a worker can
	// read them.
	Newer int `json:"newer"`
	// DeadLetters are votes by signal that could not be read or were refused:
	// their number, and the last 16 with the reason.
	DeadLetters signals.DeadLetters `json:"deadLetters"`
}

// Gate returns the status of the gate with that ID, and whether there is one.
func (s Status) Gate(id string) (GateStatus, bool) {
	i := slices.IndexFunc(s.Gates, func(g GateStatus) bool { return g.ID == id })
	if i < 0 {
		return GateStatus{}, false
	}
	return s.Gates[i], true
}

// GateStatus is what a run tells about one gate.
type GateStatus struct {
	ID        string       `json:"id"`
	Title     string       `json:"title,omitempty"`
	Requester string       `json:"requester,omitempty"`
	State     policy.State `json:"state"`
	// Why says more than votes do: which rule has approved, or why nobody could.
	Why string `json:"why,omitempty"`
	// Round counts from 1, Stage from 0; Digest names the subject of the round.
	Round     int    `json:"round"`
	Stage     int    `json:"stage"`
	StageName string `json:"stageName,omitempty"`
	Stages    int    `json:"stages"`
	Digest    string `json:"digest,omitempty"`
	// Subject is what is to be approved, as JSON, while the gate is open: what
	// people should look at before they decide. In a list of gates, subjects of over
	// 4 KB are left out; [Client.Gate] has them.
	Subject json.RawMessage `json:"subject,omitempty"`
	// SubjectSize is the number of bytes of the subject, also where it was left out.
	SubjectSize int `json:"subjectSize,omitempty"`
	// Approvals is how many approvals count now, Need how many the stage needs,
	// Missing how many it still needs, each person counting for one rule.
	Approvals int `json:"approvals"`
	Need      int `json:"need"`
	Missing   int `json:"missing"`
	// Users and Groups are whose approval would count now, without those who have
	// decided; once changes are requested, the requester. Delegates says for whom
	// some of Users would decide.
	Users     []string            `json:"users,omitempty"`
	Groups    []string            `json:"groups,omitempty"`
	Delegates []policy.Delegation `json:"delegates,omitempty"`
	// Opened is when the workflow began to wait; Deadline when the stage gives
	// up, zero when it never does or waits for changes; Closed when the gate was
	// decided, zero before; UseBy until when an approval may be used.
	Opened   time.Time `json:"opened"`
	Deadline time.Time `json:"deadline,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	UseBy    time.Time `json:"useBy,omitzero"`
	// Votes are the votes of the round that count, the latest of each person,
	// without their groups; comments end after 500 bytes. [Outcome] has them in
	// full.
	Votes []policy.CountedVote `json:"votes,omitempty"`
	// MoreVotes is the number of votes, the first ones, that were left out for
	// their size.
	MoreVotes int `json:"moreVotes,omitempty"`
}
