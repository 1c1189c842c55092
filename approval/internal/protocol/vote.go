package protocol

import (
	"strconv"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Vote holds the argument of [UpdateDecide] and [SignalVote].
type Vote struct {
	V       int           `json:"v"`
	Gate    string        `json:"gate"`
	ID      string        `json:"id"`
	Actor   policy.Actor  `json:"actor"`
	Choice  policy.Choice `json:"choice"`
	Comment string        `json:"comment,omitempty"`
	Reason  string        `json:"reason,omitempty"`
	For     string        `json:"for,omitempty"`
	Round   int           `json:"round,omitempty"`
	Digest  string        `json:"digest,omitempty"`
	Subject wire.RawJSON  `json:"subject,omitempty"`
	// Proof signs all other fields; see [Statement].
	Proof string `json:"proof,omitempty"`

	edited string // the digest of Subject, once the vote was checked
}

// A VoteForm has the fields of approvalclient.Vote.
type VoteForm struct {
	ID      string
	Actor   policy.Actor
	Choice  policy.Choice
	Comment string
	Reason  string
	For     string
	Round   int
	Digest  string
	Subject any
}

// Vote returns the message that carries the vote to a gate.
func (f VoteForm) Vote(gate string) (Vote, error) {
	v := Vote{
		V: Version, Gate: gate, ID: f.ID,
		Actor: f.Actor, Choice: f.Choice, Comment: f.Comment, Reason: f.Reason, For: f.For, Round: f.Round, Digest: f.Digest,
	}
	var err error
	if v.Subject, err = encoded(gate, f.Subject); err != nil {
		return v, err
	}
	return v, v.Check()
}

// ReadVote decodes a vote, from an update or from a signal.
func ReadVote(raw converter.RawValue) (Vote, error) {
	var v Vote
	if err := wire.DecodeStrict(raw, Version, &v); err != nil {
		return v, RefusalOf("", err)
	}
	return v, v.Check()
}

// Encode returns the vote as it is sent, with a proof or without any.
func (v Vote) Encode(proof string) (converter.RawValue, error) {
	v.Proof = proof
	return encode(v.Gate, v)
}

// Version returns the version of the vote's form.
func (v *Vote) Version() int { return v.V }

// Ballot returns the vote as the policy counts it. What it edits follows from the subject.
func (v Vote) Ballot() tally.Vote {
	return tally.Vote{
		Actor: v.Actor, Choice: v.Choice, Comment: v.Comment, Reason: v.Reason, For: v.For, Round: v.Round, Digest: v.Digest, Edited: v.edited,
	}
}

// Statement returns what the proof signs.
func (v Vote) Statement(at Place) Statement {
	parts := []string{"vote", v.Gate, v.ID, v.Actor.ID, v.Actor.Auth, strconv.Itoa(len(v.Actor.Groups))}
	parts = append(parts, v.Actor.Groups...)
	parts = append(parts, string(v.Choice), v.Comment, v.Reason, v.For, strconv.Itoa(v.Round), v.Digest, string(v.Subject))
	return Statement{at, parts}
}

// Decision returns the vote's identity.
func (v Vote) Decision() Decision { return Decision{v.Actor.ID, v.ID} }

// Content names what the vote asks for. It leaves out what an edge fills in and may know
// better the next time: the groups, and how the actor is known.
func (v Vote) Content() string {
	return contentOf("vote", string(v.Choice), v.Comment, v.Reason, v.For, strconv.Itoa(v.Round), v.Digest, wire.Compact(v.Subject))
}

// Check refuses what no gate could count, and IDs that cannot be kept or shown.
func (v *Vote) Check() error {
	if err := checkIDs(v.Gate, v.ID); err != nil {
		return err
	}
	if len(v.Subject) > 0 {
		v.edited = Digest(v.Subject)
	}
	if err := v.Ballot().Validate(); err != nil {
		return RefusalOf(v.Gate, err)
	}
	return nil
}
