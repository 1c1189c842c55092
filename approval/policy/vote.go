package policy

import (
	"strings"
	"unicode/utf8"
)

// Bounds of a vote, so that all votes of a gate fit into an answer.
const (
	// MaxName is how many bytes the ID of an actor, its Auth, the name of a
	// group and a digest may have.
	MaxName = 200
	// MaxGroups is how many groups an actor may have.
	MaxGroups = 200
	// MaxComment is how many bytes a comment may have.
	MaxComment = 4 << 10
	// MaxVotes is how many votes a gate counts, changed ones too.
	MaxVotes = 500
)

// A Choice is what an actor decides.
type Choice string

// The choices. The empty choice is none of them.
const (
	Approve Choice = "approve"
	Reject  Choice = "reject"
	// RequestChanges sends the request back to who has made it, if the policy
	// has MaxRounds.
	RequestChanges Choice = "request-changes"
)

func (c Choice) known() bool { return c == Approve || c == Reject || c == RequestChanges }

// An Actor is who decides.
type Actor struct {
	// ID names one person or service, always the same way: it is compared
	// byte by byte, so "eve" and "Eve" are two. Prefer an opaque ID: it is
	// kept in the workflow's history.
	ID string `json:"id"`
	// Groups are the groups that the actor belongs to. Send those that
	// matter.
	Groups []string `json:"groups,omitempty"`
	// Auth says how whoever admitted the vote knows the actor: "oidc",
	// "session", "mtls", "cli". It must not be empty.
	Auth string `json:"auth"`
}

// A Vote is one actor's decision.
type Vote struct {
	Actor   Actor  `json:"actor"`
	Choice  Choice `json:"choice"`
	Comment string `json:"comment,omitempty"`
	// Reason is one of the policy's RejectFor, for a rejection.
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
		return refuse(Malformed, "the vote's choice is unknown; send %q, %q or %q", Approve, Reject, RequestChanges)
	case len(v.Comment) > MaxComment:
		return refuse(TooLarge, "the vote's comment has %d bytes, the limit is %d; shorten it", len(v.Comment), MaxComment)
	case !utf8.ValidString(v.Comment):
		return refuse(Malformed, "the vote's comment of %d bytes is no UTF-8; send text", len(v.Comment))
	case v.Round < 0:
		return refuse(Malformed, "the vote's round is %d; send the one that the actor has seen, or none", v.Round)
	case v.Edited != "" && v.Choice != Approve:
		return refuse(Malformed, "the vote edits the subject and does not approve; send %q, or no edit", Approve)
	}
	for _, s := range []string{v.Reason, v.For, v.Digest, v.Edited} {
		if s != "" && !isName(s) {
			return refuse(Malformed, "the vote has a reason, digest or name of %d bytes; send at most %d bytes of UTF-8", len(s), MaxName)
		}
	}
	return nil
}

// Validate reports, as a [Refusal], what is wrong with the actor.
func (a Actor) Validate() error {
	switch {
	case !isName(a.ID) || strings.TrimSpace(a.ID) != a.ID:
		return refuse(Malformed, `the vote's actor has an ID of %d bytes; set "actor": {"id": …} to 1 to %d bytes of UTF-8 without space around it`, len(a.ID), MaxName)
	case !isName(a.Auth):
		return refuse(Malformed, `the vote says in %d bytes how its actor is known; set "actor": {"auth": …} to 1 to %d bytes of UTF-8`, len(a.Auth), MaxName)
	case len(a.Groups) > MaxGroups:
		return refuse(Malformed, "the vote's actor has %d groups, the limit is %d; send those that matter", len(a.Groups), MaxGroups)
	}
	for _, group := range a.Groups {
		if !isName(group) {
			return refuse(Malformed, "the vote's actor has a group of %d bytes; send names of 1 to %d bytes of UTF-8", len(group), MaxName)
		}
	}
	return nil
}

func isName(s string) bool { return s != "" && len(s) <= MaxName && utf8.ValidString(s) }
