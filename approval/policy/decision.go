package policy

import (
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// Limits of a vote. They bound the size of a gate.
const (
	// MaxNameBytes limits the ID of an actor, its Auth, and the names of groups.
	MaxNameBytes = names.MaxBytes
	// MaxGroups limits the groups of an actor.
	MaxGroups = 200
	// MaxCommentBytes limits a comment. A gate keeps 64 KB of comments in full, as
	// JSON, and 200 bytes of each later one.
	MaxCommentBytes = 4 << 10
	// MaxVotes limits the votes that a gate keeps in one round: the latest of each
	// person in each stage.
	MaxVotes = 500
)

// A Choice says what an actor decides.
type Choice string

// The choices. The empty choice is none of them.
const (
	ChoiceApprove Choice = "approve"
	ChoiceReject  Choice = "reject"
	// ChoiceRequestChanges sends the request back to the requester, if the policy has
	// MaxRounds.
	ChoiceRequestChanges Choice = "request-changes"
)

// IsKnown reports whether c is one of the choices.
func (c Choice) IsKnown() bool {
	return c == ChoiceApprove || c == ChoiceReject || c == ChoiceRequestChanges
}

// A State says how a gate stands. A closed gate never changes again.
type State string

// The states.
const (
	// StateOpen means that the gate waits for votes.
	StateOpen State = "open"
	// StateChangesRequested means that the gate waits for the requester to make the request
	// again. It takes no votes, and its deadline is stopped.
	StateChangesRequested State = "changes-requested"
	// StateApproved and StateRejected mean that the gate was decided, by votes or by a rule
	// of the policy.
	StateApproved State = "approved"
	StateRejected State = "rejected"
	// StateExpired means that there were too few votes when the deadline passed.
	StateExpired State = "expired"
	// StateWithdrawn means that the requester or a manager has withdrawn the request.
	StateWithdrawn State = "withdrawn"
	// StateCanceled means that the workflow stopped waiting.
	StateCanceled State = "canceled"
)

// IsClosed reports whether the gate is decided and takes no votes.
func (s State) IsClosed() bool { return s != StateOpen && s != StateChangesRequested }

// An Actor identifies a person or service that decides.
type Actor struct {
	// ID names one person or service, always in the same way; see [CheckName] and
	// [Policy].FoldCase. Prefer an opaque ID: it is kept in the workflow's history.
	ID string `json:"id"`
	// Groups lists the groups of the actor. A gate keeps those that its policy names.
	Groups []string `json:"groups,omitempty"`
	// Auth says how the service that admitted the vote knows the actor: "oidc",
	// "session", "mtls", "cli". It must not be empty.
	Auth string `json:"auth"`
}

// Validate reports what is wrong with the actor.
func (a Actor) Validate() error {
	if problem, fix := names.Check(a.ID); problem != "" {
		return fmt.Errorf(`the actor's ID, "actor": {"id": …}, %s; %s`, problem, fix)
	}
	if problem, fix := names.Check(a.Auth); problem != "" {
		return fmt.Errorf(`how the actor is known, "actor": {"auth": …}, %s; %s`, problem, fix)
	}
	if len(a.Groups) > MaxGroups {
		return fmt.Errorf("the actor has %d groups, the limit is %d; send only the groups that matter", len(a.Groups), MaxGroups)
	}
	for i, group := range a.Groups {
		if problem, fix := names.Check(group); problem != "" {
			return fmt.Errorf("group %d of the actor %s; %s", i+1, problem, fix)
		}
	}
	return nil
}

// A CountedVote holds a vote that counts on a gate.
type CountedVote struct {
	Actor   Actor  `json:"actor"`
	Choice  Choice `json:"choice"`
	Comment string `json:"comment,omitempty"`
	Reason  string `json:"reason,omitempty"`
	// For names the person who delegated to the actor, if the vote is on their behalf.
	For string `json:"for,omitempty"`
	// Round numbers the round in which the vote counts.
	Round  int    `json:"round,omitempty"`
	Digest string `json:"digest,omitempty"`
	Edited string `json:"edited,omitempty"`
	// Person names the person for whom the vote counts: For, or the actor.
	Person string `json:"person"`
	// Rules lists the rules of the stage, by number, that an approval can count for.
	Rules []int     `json:"rules,omitempty"`
	Stage int       `json:"stage,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// A Delegation lets To decide for From.
type Delegation struct {
	From   string   `json:"from"`
	Groups []string `json:"groups,omitempty"` // of From, at the time of the delegation
	To     string   `json:"to"`
}

// CheckName reports what is wrong with a name: the ID of an actor, a requester, a user
// or a delegate, or the name of a group. A name has 1 to [MaxNameBytes] bytes of UTF-8
// in Unicode normalization form NFC. It does not start or end with space, and has no
// control characters, invisible characters or spaces other than U+0020. So two names
// that look the same have the same bytes.
//
// The error does not contain the name, which may be personal data.
func CheckName(name string) error {
	if problem, fix := names.Check(name); problem != "" {
		return fmt.Errorf("policy: the name %s; %s", problem, fix)
	}
	return nil
}
