package policy

import "time"

// A Policy says whose votes decide, and how many are needed. It is data: it
// travels in a workflow's input, and a gate keeps the one that it was opened
// with, whatever becomes of the program.
//
// Either Need and Group say it all, or Stages do, or Auto.
type Policy struct {
	// Need is how many members of Group must approve.
	Need int `json:"need,omitempty"`
	// Group is whose members may decide.
	Group string `json:"group,omitempty"`
	// Veto is how many rejections end the gate. Zero means 1.
	RejectThreshold int `json:"veto,omitempty"`
	// Deadline is how long the gate waits. Zero means [DefaultDeadline];
	// [NoDeadline] waits without end; negative is an error.
	Deadline Duration `json:"deadline,omitempty"`

	// Stages are decided one after the other, the next when the one before has
	// approved. They stand for Need, Group, Veto and Deadline.
	Stages []Stage `json:"stages,omitempty"`
	// Auto approves at once, without anybody: it is the name of the rule that
	// says so, such as "below 100 euros".
	AutoApprove string `json:"auto,omitempty"`

	// AllowRequester lets the requester decide too. By default that is
	// refused: those who ask do not approve (separation of duties).
	AllowRequester bool `json:"allowRequester,omitempty"`
	// Barred are actors who may not decide, such as who decided before.
	Excluded []string `json:"barred,omitempty"`
	// FinalVotes refuses another choice of a person who has decided. By default
	// a later vote replaces the earlier one, while the stage is open.
	FinalVotes bool `json:"finalVotes,omitempty"`
	// CommentOn are choices that need a comment.
	RequireCommentOn []Choice `json:"commentOn,omitempty"`
	// RejectFor are the reasons that a rejection may give, one of which it must.
	// None means that it need not.
	RejectReasons []string `json:"rejectFor,omitempty"`
	// AllowRepeat lets one person approve several stages. By default nobody who
	// has approved a stage of the round, in person or for another, can approve a
	// later one; a rejection counts in each.
	AllowRepeat bool `json:"allowRepeat,omitempty"`
	// FoldCase takes names of people and groups that differ in case only for the
	// same name, and keeps them all in lower case. By default names admit
	// exactly; but no two that differ in case only are two people, and none of
	// them decides when one is the requester, barred or excepted.
	FoldCase bool `json:"foldCase,omitempty"`
	// MaxRounds is how many rounds there may be, with the first: with more than 1,
	// [ChoiceRequestChanges] is a choice, and in the last round it rejects. Zero means
	// 1. Rounds that an edit begins count too, but edits are not refused for it.
	MaxRounds int `json:"maxRounds,omitempty"`
	// AllowEdits lets an approval change the subject, which begins a new round
	// with that approval, if its actor may decide in the first stage.
	AllowEdits bool `json:"allowEdits,omitempty"`
	// AllowDelegation lets those who may decide name another who decides for them.
	AllowDelegation bool `json:"allowDelegation,omitempty"`
	// MaxExtend is how much later the deadline of a stage may become in all.
	MaxExtend Duration `json:"maxExtend,omitempty"`
	// UseBy is how long an approval may be used once it is given. Zero is
	// without limit.
	ValidFor Duration `json:"useBy,omitempty"`
}

// A Stage is one step of a policy.
type Stage struct {
	Name string `json:"name,omitempty"`
	// Rules must all hold, and one person counts for one of them. No two of them
	// have the same name.
	Rules []Rule `json:"rules"`
	// Veto and Deadline are as in [Policy]; the deadline counts from when the
	// stage begins.
	RejectThreshold int      `json:"veto,omitempty"`
	Deadline        Duration `json:"deadline,omitempty"`
	// OnTimeout says what it means that the deadline has passed.
	OnTimeout TimeoutAction `json:"onTimeout,omitempty"`
	// Remind is how long before the deadline to remind those who may decide.
	Reminders []Duration `json:"remind,omitempty"`
	// Ladder lets others decide, or only others, when time goes by.
	Escalations []Escalation `json:"ladder,omitempty"`
}

// A Rule asks for approvals.
type Rule struct {
	Name string `json:"name,omitempty"`
	// Need is how many of From must approve.
	Need int `json:"need,omitempty"`
	// All asks for all of From instead, without the requester, who is barred, and
	// who has approved an earlier stage (see AllowRepeat). Its groups must be in
	// the [GroupMembers].
	All bool `json:"all,omitempty"`
	// From is whose approvals count.
	From Selector `json:"from"`
}

// A Selector chooses actors: those that it names, and the members of its groups,
// but for those that it excepts. Users and Except are people: a name that is a
// group's in the same policy or its roster is refused there.
type Selector struct {
	Users  []string `json:"users,omitempty"`
	Groups []string `json:"groups,omitempty"`
	Except []string `json:"except,omitempty"`
}

// An Escalation changes who may decide in a stage. Votes that were given stay,
// also those of people who may not decide any more, but for a rule that needs
// all: it needs all who are in it now. Such a rule takes only Replace.
type Escalation struct {
	// After is how long after the stage's begin it happens.
	After Duration `json:"after"`
	// Rule is the name of the rule that it changes; empty is all.
	Rule string `json:"rule,omitempty"`
	// To may decide from then on, with those who could before, or, with Replace,
	// in their place. Whom To names may decide though the rule excepts them; whom
	// To excepts may not, unless the rule names them.
	To      Selector `json:"to"`
	Replace bool     `json:"replace,omitempty"`
}

// TimeoutAction is what it means that a stage's deadline has passed.
type TimeoutAction string

// The meanings.
const (
	// ExpireOnTimeout closes the gate as [StateExpired]. The default.
	ExpireOnTimeout TimeoutAction = ""
	// RejectOnTimeout closes it as [StateRejected].
	RejectOnTimeout TimeoutAction = "reject"
	// ApproveOnTimeout goes on as if the stage had approved.
	ApproveOnTimeout TimeoutAction = "approve"
	// FailOnTimeout closes it as [StateExpired], and is an error for who waits.
	FailOnTimeout TimeoutAction = "fail"
)

// Quorum is the policy that n members of the group must approve, and that one
// rejection ends it.
func Quorum(n int, group string) Policy { return Policy{Need: n, Group: group} }

// AllOf is the policy that all of these must approve.
func AllOf(users ...string) Policy {
	return Stages(Stage{Rules: []Rule{{All: true, From: Selector{Users: users}}}})
}

// AnyOf is the policy that one of these must approve.
func AnyOf(users ...string) Policy {
	return Stages(Stage{Rules: []Rule{{Need: 1, From: Selector{Users: users}}}})
}

// Stages is the policy of several stages.
func Stages(stages ...Stage) Policy { return Policy{Stages: stages} }

// Within returns the policy with a deadline, of each stage when there are
// several. Zero is not "at once" but the default; see [Policy].Deadline.
func (p Policy) Within(d time.Duration) Policy {
	if len(p.Stages) == 0 {
		p.Deadline = Duration(d)
		return p
	}
	stages := make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		s.Deadline = Duration(d)
		stages[i] = s
	}
	p.Stages = stages
	return p
}
