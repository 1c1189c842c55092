package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

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
	Approve        = policy.ChoiceApprove
	Reject         = policy.ChoiceReject
	RequestChanges = policy.ChoiceRequestChanges
)

// The states of a gate.
const (
	StateOpen             = policy.StateOpen
	StateChangesRequested = policy.StateChangesRequested
	StateApproved         = policy.StateApproved
	StateRejected         = policy.StateRejected
	StateExpired          = policy.StateExpired
	StateWithdrawn        = policy.StateWithdrawn
	StateCanceled         = policy.StateCanceled
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
	// Reason is one of the policy's RejectFor, for a rejection. With another choice it
	// is kept like a comment, and decides nothing.
	Reason string
	// For is the actor for whom this one decides, by delegation.
	For string
	// Round and Digest are those of the [GateStatus] that the actor has seen, so
	// that a vote on something else is refused as [ReasonStale]. Zero and empty say
	// nothing, which is enough in the first round only.
	Round  int
	Digest string
	// Subject, when it is not nil, is the subject as the actor wants it: an
	// approval with a change, if the policy has AllowEdits. It is the whole subject,
	// with the names of fields that the status shows, and travels as JSON.
	Subject any
}

// message is a vote on the wire. The proof is over all its fields; see statement.
type message struct {
	V       int      `json:"v"`
	Gate    string   `json:"gate"`
	ID      string   `json:"id"`
	Actor   Actor    `json:"actor"`
	Choice  Choice   `json:"choice"`
	Comment string   `json:"comment,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	For     string   `json:"for,omitempty"`
	Round   int      `json:"round,omitempty"`
	Digest  string   `json:"digest,omitempty"`
	Subject wire.Raw `json:"subject,omitempty"`
	// Proof is a signature over all the rest; see [Key].
	Proof string `json:"proof,omitempty"`

	edited string   // the digest of Subject, once the vote was checked
	judged bool     // by a validator, which does not run on replay
	said   *verdict // of the program, once it was asked; shared by copies of this vote
}

// vote is the vote as the policy counts it. What it edits follows from the subject.
func (m message) vote() policy.Vote {
	return policy.Vote{
		Actor: m.Actor, Choice: m.Choice, Comment: m.Comment, Reason: m.Reason, For: m.For, Round: m.Round, Digest: m.Digest, Edited: m.edited,
	}
}

// Version is the version of the vote's form.
func (m *message) Version() int { return m.V }

// statement is what the proof is about.
func (m message) statement(at place) statement {
	parts := []string{"vote", m.Gate, m.ID, m.Actor.ID, m.Actor.Auth, strconv.Itoa(len(m.Actor.Groups))}
	parts = append(parts, m.Actor.Groups...)
	parts = append(parts, string(m.Choice), m.Comment, m.Reason, m.For, strconv.Itoa(m.Round), m.Digest, string(m.Subject))
	return statement{at, parts}
}

// Argument is the vote as the argument of [UpdateDecide] and [SignalVote], for
// programs that send it otherwise than by a [Client]: with the start of the
// workflow, or in a test. It is not signed. It is JSON whatever data converter
// sends it.
func (v Vote) Argument(gate string) (any, error) {
	m, err := v.message(gate)
	if err != nil {
		return nil, err
	}
	return argument(gate, m)
}

// message is the vote as it travels.
func (v Vote) message(gate string) (message, error) {
	m := message{
		V: wireVersion, Gate: gate, ID: v.ID,
		Actor: v.Actor, Choice: v.Choice, Comment: v.Comment, Reason: v.Reason, For: v.For, Round: v.Round, Digest: v.Digest,
	}
	var err error
	if m.Subject, err = encoded(gate, v.Subject); err != nil {
		return m, err
	}
	return m, m.check()
}

// digest names a subject.
func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// decision identifies what is counted once. The actor is part of it: an ID
// that two people happen to share must not swallow a vote.
type decision struct{ actor, id string }

func (m message) decision() decision { return decision{m.Actor.ID, m.ID} }

// check refuses what no gate could count, and IDs that cannot be kept or shown.
func (m *message) check() error {
	if err := checkIDs(m.Gate, m.ID); err != nil {
		return err
	}
	if len(m.Subject) > 0 {
		m.edited = digest(m.Subject)
	}
	if err := m.vote().Validate(); err != nil {
		return refusalOf(m.Gate, err)
	}
	return nil
}

func checkIDs(gate, id string) error {
	switch {
	case !isID(gate):
		return refusal(ReasonMalformed, "", fmt.Sprintf(`the vote's gate ID has %d bytes; set "gate" to 1 to %d bytes of UTF-8`, len(gate), maxID))
	case !isID(id):
		return refusal(ReasonMalformed, gate, fmt.Sprintf(`the vote's decision ID has %d bytes; set "id" to 1 to %d bytes of UTF-8, the same when you send it again`, len(id), maxID))
	}
	return nil
}

func isID(id string) bool { return id != "" && len(id) <= maxID && utf8.ValidString(id) }

// A Receipt says what became of a vote or a change.
type Receipt struct {
	// Gate and ID are those of the vote.
	Gate string `json:"gate"`
	ID   string `json:"id"`
	// Choice is the choice that counted under this ID; empty for a change.
	Choice Choice `json:"choice,omitempty"`
	// Queued says that no worker was there to answer: the vote is durable in
	// the workflow's history and will be looked at in its order, but it may
	// still be refused. The fields below are then empty.
	Queued bool `json:"queued,omitempty"`
	// State is the gate's state with this vote counted, Round and Stage what is
	// decided now: after a vote that ends a stage, the next one.
	State State `json:"state,omitempty"`
	Round int   `json:"round,omitempty"`
	Stage int   `json:"stage,omitempty"`
	// Approvals and Need are how many approvals that stage has, and how many it
	// needs; Missing is how many it still needs, each person
	// counting for one rule.
	Approvals int `json:"approvals,omitempty"`
	Need      int `json:"need,omitempty"`
	Missing   int `json:"missing,omitempty"`
}
