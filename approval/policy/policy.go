package policy

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
)

const (
	// DefaultDeadline applies to a stage that sets no deadline.
	DefaultDeadline = 7 * 24 * time.Hour
	// NoDeadline as the deadline of a stage lets a gate wait forever.
	NoDeadline time.Duration = duration.Endless
)

// A Policy says whose votes decide, and how many approvals are needed. It is data:
// it travels in a workflow's input, and a gate keeps the policy that it was opened
// with. [Quorum], [AllOf], [AnyOf] and [Stages] make policies.
type Policy struct {
	// Stages lists the steps, in order. The next stage begins when the previous one has
	// approved.
	Stages []Stage `json:"stages,omitempty"`
	// AutoApprove approves at once, without a vote. It names the rule that allows
	// it, such as "below 100 euros". Such a policy has no stages.
	AutoApprove string `json:"autoApprove,omitempty"`

	// AllowRequester lets the requester decide too. By default the requester's vote
	// is refused (separation of duties).
	AllowRequester bool `json:"allowRequester,omitempty"`
	// Excluded people may not decide, such as people who decided before.
	Excluded []string `json:"excluded,omitempty"`
	// FinalVotes refuses a second vote of the same person. By default a later vote
	// replaces the earlier one while the stage is open.
	FinalVotes bool `json:"finalVotes,omitempty"`
	// RequireCommentOn lists the choices that need a comment.
	RequireCommentOn []Choice `json:"requireCommentOn,omitempty"`
	// RejectReasons lists the reasons that a rejection can give. If there are any, a
	// rejection must give one of them.
	RejectReasons []string `json:"rejectReasons,omitempty"`
	// AllowRepeat lets one person approve several stages. By default a person who
	// approved a stage of the round, in person or for another, cannot approve a later
	// one. Rejections count in each stage.
	AllowRepeat bool `json:"allowRepeat,omitempty"`
	// FoldCase takes names that differ only in case for the same name, and keeps all
	// names in lower case. By default a name must match exactly to give a right, but
	// names that differ only in case are never two people, and none of them decides
	// if one is the requester, excluded or excepted.
	FoldCase bool `json:"foldCase,omitempty"`
	// MaxRounds limits the rounds, including the first. With more than 1,
	// [ChoiceRequestChanges] is allowed; in the last round it rejects. Zero means 1.
	// Rounds that an edit begins count too, but an edit is never refused for it.
	MaxRounds int `json:"maxRounds,omitempty"`
	// AllowEdits lets an approval change the subject. The edit begins a new round with
	// that approval, if its actor may decide in the first stage.
	AllowEdits bool `json:"allowEdits,omitempty"`
	// AllowDelegation lets people who may decide name a delegate who decides for them.
	AllowDelegation bool `json:"allowDelegation,omitempty"`
	// MaxExtend limits how much later the deadline of a stage can become in total.
	MaxExtend time.Duration `json:"maxExtend,omitempty"`
	// ValidFor limits how long an approval can be used once it is given. Zero sets no
	// limit.
	ValidFor time.Duration `json:"validFor,omitempty"`
}

// A Stage describes one step of a policy.
type Stage struct {
	Name string `json:"name,omitempty"`
	// Rules must all be fulfilled. One person counts for one of them. Their names
	// differ.
	Rules []Rule `json:"rules"`
	// RejectThreshold sets how many rejections end the gate. Zero means 1.
	RejectThreshold int `json:"rejectThreshold,omitempty"`
	// Deadline limits how long the stage waits from its beginning. Zero means
	// [DefaultDeadline]; [NoDeadline] waits forever.
	Deadline time.Duration `json:"deadline,omitempty"`
	// OnTimeout says what happens when the deadline passes.
	OnTimeout TimeoutAction `json:"onTimeout,omitempty"`
	// Reminders lists how long before the deadline people are reminded.
	Reminders []time.Duration `json:"reminders,omitempty"`
	// RemindAfter lists the times after the beginning of the stage at which people are
	// reminded, for instance the first day of a stage that waits for weeks.
	RemindAfter []time.Duration `json:"remindAfter,omitempty"`
	// RemindEvery reminds people in this interval, from the beginning of the stage to its
	// end. It is at least an hour, or a day for a stage with [NoDeadline], because each
	// reminder takes events of the workflow's history. Zero means no such reminders.
	RemindEvery time.Duration `json:"remindEvery,omitempty"`
	// Escalations let other people decide when time passes. They are in order of time.
	Escalations []Escalation `json:"escalations,omitempty"`
}

// A Rule asks for approvals.
type Rule struct {
	Name string `json:"name,omitempty"`
	// Need sets how many approvals of people in From are needed.
	Need int `json:"need,omitempty"`
	// All asks for the approval of everyone in From instead, except the requester,
	// excluded people, and people who approved an earlier stage (see AllowRepeat).
	// The members of its groups must be in [GroupMembers].
	All bool `json:"all,omitempty"`
	// From selects the people whose approvals count.
	From Selector `json:"from"`
}

// A Selector selects users and the members of groups, without the exceptions. Users
// and Except name people: the name of a group of the policy is refused there.
type Selector struct {
	Users  []string `json:"users,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Except []string `json:"except,omitempty"`
}

// An Escalation changes who may decide in a stage. Votes that were given stay, also
// of people who may not decide any more, except for a rule that needs all: it needs
// all the people who are in it now. Such a rule requires Replace.
type Escalation struct {
	// After sets the time, from the beginning of the stage.
	After time.Duration `json:"after"`
	// Rule names the rule that changes. Empty changes all rules.
	Rule string `json:"rule,omitempty"`
	// To may decide from then on: together with the people who could before, or,
	// with Replace, instead of them. Users whom To names may decide although the rule
	// excepts them; people whom To excepts may not, unless the rule names them.
	To      Selector `json:"to"`
	Replace bool     `json:"replace,omitempty"`
}

// A TimeoutAction says what happens when the deadline of a stage passes.
type TimeoutAction string

// The actions.
const (
	// ExpireOnTimeout closes the gate as [StateExpired]. The default.
	ExpireOnTimeout TimeoutAction = ""
	// RejectOnTimeout closes the gate as [StateRejected].
	RejectOnTimeout TimeoutAction = "reject"
	// ApproveOnTimeout continues as if the stage had approved.
	ApproveOnTimeout TimeoutAction = "approve"
	// FailOnTimeout closes the gate as [StateExpired], and the workflow that waits
	// gets an error.
	FailOnTimeout TimeoutAction = "fail"
)
