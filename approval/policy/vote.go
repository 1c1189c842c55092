package policy

import (
	"strings"
	"unicode/utf8"
)

// Bounds of a vote, so that all votes of a gate fit into an answer.
const (
	// MaxName is how many bytes the ID of an actor, its Auth and the name of
	// a group may have.
	MaxName = 200
	// MaxGroups is how many groups an actor may have.
	MaxGroups = 200
	// MaxComment is how many bytes a comment may have.
	MaxComment = 4 << 10
)

// A Choice is what an actor decides.
type Choice string

// The choices. The empty choice is none of them.
const (
	Approve Choice = "approve"
	Reject  Choice = "reject"
)

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
}

// Validate reports, as a [Refusal], what is wrong with the vote itself,
// whatever the gate.
func (v Vote) Validate() error {
	switch {
	case !isName(v.Actor.ID) || strings.TrimSpace(v.Actor.ID) != v.Actor.ID:
		return refuse(Malformed, `the vote's actor has an ID of %d bytes; set "actor": {"id": …} to 1 to %d bytes of UTF-8 without space around it`, len(v.Actor.ID), MaxName)
	case !isName(v.Actor.Auth):
		return refuse(Malformed, `the vote says in %d bytes how its actor is known; set "actor": {"auth": …} to 1 to %d bytes of UTF-8`, len(v.Actor.Auth), MaxName)
	case len(v.Actor.Groups) > MaxGroups:
		return refuse(Malformed, "the vote's actor has %d groups, the limit is %d; send those that matter", len(v.Actor.Groups), MaxGroups)
	case v.Choice != Approve && v.Choice != Reject:
		return refuse(Malformed, "the vote's choice is unknown; send %q or %q", Approve, Reject)
	case len(v.Comment) > MaxComment:
		return refuse(TooLarge, "the vote's comment has %d bytes, the limit is %d; shorten it", len(v.Comment), MaxComment)
	}
	for _, group := range v.Actor.Groups {
		if !isName(group) {
			return refuse(Malformed, "the vote's actor has a group of %d bytes; send names of 1 to %d bytes of UTF-8", len(group), MaxName)
		}
	}
	return nil
}

func isName(s string) bool { return s != "" && len(s) <= MaxName && utf8.ValidString(s) }
