package protocol

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An InboxQuery holds the argument of [QueryInbox].
type InboxQuery struct {
	Actor     policy.Actor `json:"actor,omitzero"`
	All       bool         `json:"all,omitempty"`
	DueBefore time.Time    `json:"dueBefore,omitzero"`
	// After names the gate after which the answer begins, and Limit bounds its gates.
	After string `json:"after,omitempty"`
	Limit int    `json:"limit"`
}

// An InboxAnswer holds the result of [QueryInbox].
type InboxAnswer struct {
	Gates []InboxGate `json:"gates"`
	// More says that there are more gates than the answer has.
	More bool `json:"more,omitempty"`
}

// An InboxGate holds a gate that waits, and names the person for whom the actor would
// decide.
type InboxGate struct {
	Gate GateStatus `json:"gate"`
	For  string     `json:"for,omitempty"`
}

// RelevantGroups returns those of an actor's groups that a gate names, each once.
func RelevantGroups(groups, named []string) []string {
	var kept []string
	for _, name := range groups {
		if slices.Contains(named, name) && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// ManyTags stands in [AttributePending] for more tags than fit: a client must ask the run.
const ManyTags = "many"

// UserTag returns what stands for a user in [AttributePending].
func UserTag(id string) string { return tag("u", id) }

// GroupTag returns what stands for a group in [AttributePending].
func GroupTag(name string) string { return tag("g", name) }

// tag hashes a name, since search attributes are not encrypted. A tag has lower-case
// letters and digits only, which every visibility store keeps as one word.
func tag(kind, name string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "temporal-patterns.approval %s %s", kind, name))
	return kind + strings.ToLower(base32.HexEncoding.EncodeToString(sum[:10]))
}
