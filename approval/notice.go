package approval

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A NoticeKind says why people get a notice.
type NoticeKind string

// The kinds.
const (
	// NoticeOpened asks who may decide: a stage has begun.
	NoticeOpened NoticeKind = "opened"
	// NoticeReminder reminds who may decide.
	NoticeReminder NoticeKind = "reminder"
	// NoticeEscalated asks who may decide from now on.
	NoticeEscalated NoticeKind = "escalated"
	// NoticeReassigned asks who may decide from now on, as a manager has said.
	NoticeReassigned NoticeKind = "reassigned"
	// NoticeDelegated asks a delegate to decide for another.
	NoticeDelegated NoticeKind = "delegated"
	// NoticeChanges tells the requester that changes are requested.
	NoticeChanges NoticeKind = "changes-requested"
	// NoticeClosed tells the requester how the gate has ended.
	NoticeClosed NoticeKind = "closed"
)

// A Notice is the argument of the activity of Options.Notify.
type Notice struct {
	// Key names this notice, the same for each attempt and each replay, and no
	// other notice: a receiver that remembers keys tells people once.
	Key  string     `json:"key"`
	Kind NoticeKind `json:"kind"`
	// WorkflowID and Gate are where to decide.
	WorkflowID string       `json:"workflowId"`
	Gate       string       `json:"gate"`
	Title      string       `json:"title,omitempty"`
	Requester  string       `json:"requester,omitempty"`
	State      policy.State `json:"state"`
	Why        string       `json:"why,omitempty"`
	// Users, Groups and Delegates are those of the approvalclient.GateStatus, Missing how many
	// must still approve.
	Users     []string            `json:"users,omitempty"`
	Groups    []string            `json:"groups,omitempty"`
	Delegates []policy.Delegation `json:"delegates,omitempty"`
	Missing   int                 `json:"missing,omitempty"`
	// Round, Stage and Digest are what a vote should name.
	Round     int       `json:"round"`
	Stage     int       `json:"stage"`
	StageName string    `json:"stageName,omitempty"`
	Digest    string    `json:"digest,omitempty"`
	Deadline  time.Time `json:"deadline,omitzero"`
}
