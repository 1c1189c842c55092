package approval

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Names on the wire.
const (
	// UpdateDecide is the update that decides on a gate. Its argument is a
	// vote, its result a [Receipt].
	UpdateDecide = "approval.decide"
	// SignalVote is the signal that carries the same vote when no worker
	// accepts an update.
	SignalVote = "approval.vote"
	// QueryStatus is the query for a run's [Status].
	QueryStatus = "approval.status"
)

// wireVersion is the version of a vote's JSON form that this code writes.
const wireVersion = 1

type (
	// Choice is what an actor decides.
	Choice = policy.Choice
	// Actor is who decides, and how whoever admitted the vote knows that.
	Actor = policy.Actor
	// State is where a gate stands.
	State = policy.State
)

// The choices of a [Vote].
const (
	Approve = policy.Approve
	Reject  = policy.Reject
)

// The states of a gate. Only an Open one changes.
const (
	Open     = policy.Open
	Approved = policy.Approved
	Rejected = policy.Rejected
	// Expired says that the deadline passed before the votes were enough.
	Expired State = "expired"
	// Canceled says that the workflow stopped waiting.
	Canceled State = "canceled"
)

// A Vote is one actor's decision on a gate.
type Vote struct {
	// ID names this decision of the actor. Sending it again under its ID gets
	// the first receipt and never counts twice, by whatever way it travels;
	// so keep it when you retry. At most 200 bytes.
	ID      string
	Actor   Actor
	Choice  Choice
	Comment string
}

// message is a vote on the wire.
type message struct {
	V    int    `json:"v"`
	Gate string `json:"gate"`
	ID   string `json:"id"`
	policy.Vote
}

// decision identifies what is counted once. The actor is part of it: an ID
// that two people happen to share must not swallow a vote.
type decision struct{ actor, id string }

func (m message) decision() decision { return decision{m.Actor.ID, m.ID} }

// check refuses what no gate could count, and IDs that cannot be kept or shown.
func (m message) check() error {
	switch {
	case !isID(m.Gate):
		return refusal(Malformed, "", fmt.Sprintf(`the vote's gate ID has %d bytes; set "gate" to 1 to %d bytes of UTF-8`, len(m.Gate), maxID))
	case !isID(m.ID):
		return refusal(Malformed, m.Gate, fmt.Sprintf(`the vote's decision ID has %d bytes; set "id" to 1 to %d bytes of UTF-8, the same when you send it again`, len(m.ID), maxID))
	}
	if err := m.Validate(); err != nil {
		return refusalOf(m.Gate, err)
	}
	return nil
}

func isID(id string) bool { return id != "" && len(id) <= maxID && utf8.ValidString(id) }

// A Receipt says what became of a vote.
type Receipt struct {
	// Gate and ID are those of the vote.
	Gate string `json:"gate"`
	ID   string `json:"id"`
	// Choice is the choice that counted under this ID.
	Choice Choice `json:"choice"`
	// Queued says that no worker was there to answer: the vote is durable in
	// the workflow's history and will be looked at in its order, but it may
	// still be refused. The fields below are then empty.
	Queued bool `json:"queued,omitempty"`
	// State is the gate's state with this vote counted.
	State State `json:"state,omitempty"`
	// Approvals and Need are how many approvals the gate had with this vote,
	// and how many it needs.
	Approvals int `json:"approvals,omitempty"`
	Need      int `json:"need,omitempty"`
}

// Status is what a run tells about its gates.
type Status struct {
	// Gates are the gates of the run in the order in which they were opened.
	Gates []GateStatus `json:"gates"`
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
	ID        string `json:"id"`
	Requester string `json:"requester,omitempty"`
	State     State  `json:"state"`
	// Approvals is how many approvals count now, Need how many are needed of
	// the members of Group.
	Approvals int    `json:"approvals"`
	Need      int    `json:"need"`
	Group     string `json:"group"`
	// Opened is when the workflow began to wait; Deadline when it gives up,
	// zero when it never does; Closed when the gate was decided, zero before.
	Opened   time.Time `json:"opened"`
	Deadline time.Time `json:"deadline,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	// Votes are the votes that count now, the latest of each actor, without
	// their groups; comments end after 500 bytes. [Outcome] has them in full.
	Votes []policy.Vote `json:"votes,omitempty"`
}
