package tally

import (
	"fmt"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Reason classifies a [Refusal], for programs.
type Reason string

// The reasons.
const (
	ReasonMalformed       Reason = "Malformed"
	ReasonTooLarge        Reason = "TooLarge"
	ReasonClosed          Reason = "Closed"
	ReasonPaused          Reason = "Paused" // changes were requested
	ReasonStale           Reason = "Stale"  // about another round, or another subject
	ReasonSelfApproval    Reason = "SelfApproval"
	ReasonNotEligible     Reason = "NotEligible"
	ReasonAlreadyVoted    Reason = "AlreadyVoted"
	ReasonCommentRequired Reason = "CommentRequired"
	ReasonNotAllowed      Reason = "NotAllowed" // the policy does not offer it
	ReasonFull            Reason = "Full"
)

func (r Reason) Error() string { return "approval." + string(r) }

// A Refusal says why something does not count, and what to do.
type Refusal struct {
	Reason Reason
	Text   string
}

func (r *Refusal) Error() string { return r.Text }

// Unwrap returns the reason, for errors.Is.
func (r *Refusal) Unwrap() error { return r.Reason }

func refuse(reason Reason, format string, args ...any) error {
	return &Refusal{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// A Vote states one actor's decision.
type Vote struct {
	Actor   policy.Actor
	Choice  policy.Choice
	Comment string
	// Reason gives one of the policy's RejectReasons, for a rejection. With another choice
	// it is kept like a comment.
	Reason string
	// For names the person for whom the actor decides, by delegation.
	For string
	// Round and Digest identify what the actor has seen: the round of the request and
	// the digest of its subject. Zero and empty identify nothing, which is allowed in
	// the first round only.
	Round  int
	Digest string
	// Edited holds the digest of the subject as the actor wants it, with an approval, if
	// the policy has AllowEdits.
	Edited string
}

// Validate returns a [Refusal] if the vote itself is wrong.
func (v Vote) Validate() error {
	if err := CheckActor(v.Actor); err != nil {
		return err
	}
	switch {
	case !v.Choice.IsKnown():
		return refuse(ReasonMalformed, "the vote's choice is unknown; send %q, %q or %q",
			policy.ChoiceApprove, policy.ChoiceReject, policy.ChoiceRequestChanges)
	case len(v.Comment) > policy.MaxCommentBytes:
		return refuse(ReasonTooLarge, "the vote's comment has %d bytes, the limit is %d; shorten it", len(v.Comment), policy.MaxCommentBytes)
	case !utf8.ValidString(v.Comment):
		return refuse(ReasonMalformed, "the vote's comment of %d bytes is not UTF-8; send text", len(v.Comment))
	case v.Round < 0:
		return refuse(ReasonMalformed, "the vote's round is %d; send the round that the actor has seen, or none", v.Round)
	case v.Edited != "" && v.Choice != policy.ChoiceApprove:
		return refuse(ReasonMalformed, "the vote edits the subject and does not approve; send %q, or no edit", policy.ChoiceApprove)
	}
	for _, digest := range []string{v.Digest, v.Edited} {
		if digest != "" && !names.IsText(digest) {
			return refuse(ReasonMalformed, "the vote has a digest of %d bytes; send at most %d bytes of UTF-8", len(digest), policy.MaxNameBytes)
		}
	}
	for _, n := range []struct{ what, name string }{{"reason", v.Reason}, {`"for"`, v.For}} {
		if n.name == "" {
			continue
		}
		if problem, fix := names.Check(n.name); problem != "" {
			return refuse(ReasonMalformed, "the vote's %s %s; %s", n.what, problem, fix)
		}
	}
	return nil
}

// CheckActor returns a [Refusal] if the actor is wrong.
func CheckActor(a policy.Actor) error {
	if err := a.Validate(); err != nil {
		return refuse(ReasonMalformed, "%v", err)
	}
	return nil
}
