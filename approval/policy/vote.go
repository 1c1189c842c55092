package policy

import (
	"unicode/utf8"
)

// Bounds of a vote, so that all votes of a gate fit into an answer.
const (
	// MaxNameBytes is how many bytes the ID of an actor, its Auth, the name of a
	// group and a digest may have.
	MaxNameBytes = 200
	// MaxGroups is how many groups an actor may have.
	MaxGroups = 200
	// MaxCommentBytes is how many bytes a comment may have. Of all comments on a gate,
	// 64 KB of JSON are kept in full; of those that come later, 200 bytes each.
	MaxCommentBytes = 4 << 10
	maxComments     = 64 << 10
	shortComment    = 200
	// MaxVotes is how many votes a gate keeps in one round, the latest of each
	// person in each stage.
	MaxVotes = 500
	// MaxChanges is how often one actor may change a decision, edit, delegate,
	// reassign, or move the deadline, on one gate.
	MaxChanges = 50
	// MaxNames is how many names all lists of a policy, or a roster, may have.
	MaxNames = 5000
)

// A Choice is what an actor decides.
type Choice string

// The choices. The empty choice is none of them.
const (
	ChoiceApprove Choice = "approve"
	ChoiceReject  Choice = "reject"
	// ChoiceRequestChanges sends the request back to who has made it, if the policy
	// has MaxRounds.
	ChoiceRequestChanges Choice = "request-changes"
)

func (c Choice) known() bool {
	return c == ChoiceApprove || c == ChoiceReject || c == ChoiceRequestChanges
}

// An Actor is who decides.
type Actor struct {
	// ID names one person or service, always the same way; see [CheckName] and
	// [Policy].FoldCase. Prefer an opaque ID: it is kept in the workflow's
	// history.
	ID string `json:"id"`
	// Groups are the groups that the actor belongs to. A gate keeps those that
	// its policy names.
	Groups []string `json:"groups,omitempty"`
	// Auth says how the service that admitted the vote knows the actor: "oidc",
	// "session", "mtls", "cli". It must not be empty.
	Auth string `json:"auth"`
}

// A Vote is one actor's decision.
type Vote struct {
	Actor   Actor  `json:"actor"`
	Choice  Choice `json:"choice"`
	Comment string `json:"comment,omitempty"`
	// Reason is one of the policy's RejectFor, for a rejection. With another choice it
	// is kept like a comment, and decides nothing.
	Reason string `json:"reason,omitempty"`
	// For is the actor for whom this one decides, by delegation.
	For string `json:"for,omitempty"`
	// Round and Digest are what the actor has seen: the round of the request,
	// and the digest of its subject. Zero and empty say nothing, which is enough
	// in the first round; in later ones the round must be there.
	Round  int    `json:"round,omitempty"`
	Digest string `json:"digest,omitempty"`
	// Edited is the digest of the subject as the actor wants it, with an
	// approval, if the policy has AllowEdits.
	Edited string `json:"edited,omitempty"`
}

// Validate reports, as a [Refusal], what is wrong with the vote itself,
// whatever the gate.
func (v Vote) Validate() error {
	if err := v.Actor.Validate(); err != nil {
		return err
	}
	switch {
	case !v.Choice.known():
		return refuse(ReasonMalformed, "the vote's choice is unknown; send %q, %q or %q", ChoiceApprove, ChoiceReject, ChoiceRequestChanges)
	case len(v.Comment) > MaxCommentBytes:
		return refuse(ReasonTooLarge, "the vote's comment has %d bytes, the limit is %d; shorten it", len(v.Comment), MaxCommentBytes)
	case !utf8.ValidString(v.Comment):
		return refuse(ReasonMalformed, "the vote's comment of %d bytes is no UTF-8; send text", len(v.Comment))
	case v.Round < 0:
		return refuse(ReasonMalformed, "the vote's round is %d; send the one that the actor has seen, or none", v.Round)
	case v.Edited != "" && v.Choice != ChoiceApprove:
		return refuse(ReasonMalformed, "the vote edits the subject and does not approve; send %q, or no edit", ChoiceApprove)
	}
	for _, digest := range []string{v.Digest, v.Edited} {
		if digest != "" && !isDigest(digest) {
			return refuse(ReasonMalformed, "the vote has a digest of %d bytes; send at most %d bytes of UTF-8", len(digest), MaxNameBytes)
		}
	}
	for _, n := range []struct{ what, name string }{{"reason", v.Reason}, {`"for"`, v.For}} {
		if n.name == "" {
			continue
		}
		if wrong, mend := misnamed(n.name); wrong != "" {
			return refuse(ReasonMalformed, "the vote's %s %s; %s", n.what, wrong, mend)
		}
	}
	return nil
}

// Validate reports, as a [Refusal], what is wrong with the actor.
func (a Actor) Validate() error {
	if wrong, mend := misnamed(a.ID); wrong != "" {
		return refuse(ReasonMalformed, `the actor's ID, "actor": {"id": …}, %s; %s`, wrong, mend)
	}
	if wrong, mend := misnamed(a.Auth); wrong != "" {
		return refuse(ReasonMalformed, `how the actor is known, "actor": {"auth": …}, %s; %s`, wrong, mend)
	}
	if len(a.Groups) > MaxGroups {
		return refuse(ReasonMalformed, "the actor has %d groups, the limit is %d; send those that matter", len(a.Groups), MaxGroups)
	}
	for i, group := range a.Groups {
		if wrong, mend := misnamed(group); wrong != "" {
			return refuse(ReasonMalformed, "group %d of the actor %s; %s", i+1, wrong, mend)
		}
	}
	return nil
}

func isDigest(s string) bool { return s != "" && len(s) <= MaxNameBytes && utf8.ValidString(s) }
