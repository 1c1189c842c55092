package approval

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A NoticeKind says why people get a notice.
type NoticeKind string

// The kinds.
const (
	// NoticeOpened asks for a decision: a stage has begun.
	NoticeOpened NoticeKind = "opened"
	// NoticeReminder reminds the people who may decide.
	NoticeReminder NoticeKind = "reminder"
	// NoticeEscalated asks the people who may decide after an escalation.
	NoticeEscalated NoticeKind = "escalated"
	// NoticeReassigned asks the people who may decide after a manager's reassignment.
	NoticeReassigned NoticeKind = "reassigned"
	// NoticeDelegated asks a delegate to decide for another.
	NoticeDelegated NoticeKind = "delegated"
	// NoticeChanges tells the requester that changes are requested.
	NoticeChanges NoticeKind = "changes-requested"
	// NoticeClosed tells the requester how the gate has ended.
	NoticeClosed NoticeKind = "closed"
)

// A Notice holds the argument of the activity of Options.Notify.
type Notice struct {
	// Key names this notice, the same for each attempt and each replay, and no
	// other notice: a receiver that remembers keys tells people once.
	Key  string     `json:"key"`
	Kind NoticeKind `json:"kind"`
	// WorkflowID and Gate say where to decide.
	WorkflowID string       `json:"workflowId"`
	Gate       string       `json:"gate"`
	Title      string       `json:"title,omitempty"`
	Requester  string       `json:"requester,omitempty"`
	State      policy.State `json:"state"`
	Why        string       `json:"why,omitempty"`
	// Users, Groups, Delegates and Missing mean the same as in approvalclient.GateStatus.
	Users     []string            `json:"users,omitempty"`
	Groups    []string            `json:"groups,omitempty"`
	Delegates []policy.Delegation `json:"delegates,omitempty"`
	Missing   int                 `json:"missing,omitempty"`
	// Round, Stage and Digest say what the notice is about; a vote should repeat Round and
	// Digest.
	Round     int       `json:"round"`
	Stage     int       `json:"stage"`
	StageName string    `json:"stageName,omitempty"`
	Digest    string    `json:"digest,omitempty"`
	Deadline  time.Time `json:"deadline,omitzero"`
}
