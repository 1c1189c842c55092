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

// A due says when something happens in a stage: a reminder, Before the deadline, or an
// escalation, After the beginning of the stage when Before is zero.
type due struct {
	Before time.Duration `json:"before,omitempty"`
	After  time.Duration `json:"after,omitempty"`
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
