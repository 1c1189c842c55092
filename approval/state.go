package approval

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A gateState holds the part of a gate that the next run gets as it is.
type gateState struct {
	ID string `json:"id"`
	question
	Changed  bool       `json:"changed,omitempty"` // people have changed the subject
	Opened   time.Time  `json:"opened"`
	Closed   time.Time  `json:"closed,omitzero"`
	Receipts []decision `json:"receipts,omitempty"` // in the order in which they were counted
	stageState
	noticeState
	usage
}

// A question holds what a gate was opened with. Subject is the subject of this round.
type question struct {
	Title     string           `json:"title,omitempty"`
	Requester string           `json:"requester,omitempty"`
	Managers  policy.Selector  `json:"managers,omitzero"`
	Subject   protocol.Subject `json:"subject,omitzero"`
	terms
}

// A stageState holds the times of the stage.
type stageState struct {
	Begun    time.Time     `json:"begun,omitzero"`
	Extended time.Duration `json:"extended,omitempty"` // by how much the deadline was moved
	Due      []due         `json:"due,omitempty"`      // reminders and escalations that are still to come
}

// A decision is a vote or a change that was counted, with its receipt.
type decision struct {
	Actor   string           `json:"actor"`
	Receipt protocol.Receipt `json:"receipt"`
	Content string           `json:"content,omitempty"`
}

// A due says when a stage has a reminder or an escalation: Before the deadline, or, when
// Before is zero, After the beginning of the stage.
type due struct {
	Before time.Duration `json:"before,omitempty"`
	After  time.Duration `json:"after,omitempty"`
	Remind bool          `json:"remind,omitempty"` // a reminder After the beginning
	Every  time.Duration `json:"every,omitempty"`  // the interval of a reminder that repeats
}

// escalates reports whether d is an escalation. Reminders are all others.
func (d due) escalates() bool { return d.Before == 0 && !d.Remind }

// next returns the reminder of the same interval that follows, when so much time has
// passed since the beginning of the stage.
func (d due) next(passed time.Duration) due {
	d.After = (passed/d.Every + 1) * d.Every
	return d
}

func (d due) String() string {
	if d.Before > 0 {
		return d.Before.String() + " before the deadline"
	}
	return d.After.String() + " after the stage began"
}

// A noticeState holds what a gate must know to name its notices.
type noticeState struct {
	Noticed int    `json:"noticed,omitempty"` // the number of notices so far
	Run     string `json:"run,omitempty"`     // the ID of the run that opened the gate
}

// A usage says what an approval allows, and for how long.
type usage struct {
	UseBy    time.Time `json:"useBy,omitzero"`    // zero: without limit
	Revoked  string    `json:"revoked,omitempty"` // by whom
	Consumed bool      `json:"consumed,omitempty"`
}
