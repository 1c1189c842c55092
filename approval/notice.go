package approval

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"
)

// A NoticeKind is why people are told something.
type NoticeKind string

// The kinds.
const (
	// NoticeOpened asks who may decide: a stage has begun.
	NoticeOpened NoticeKind = "opened"
	// NoticeReminder reminds who may decide of the deadline.
	NoticeReminder NoticeKind = "reminder"
	// NoticeEscalated asks who may decide from now on.
	NoticeEscalated NoticeKind = "escalated"
	// NoticeChanges tells the requester that changes are requested.
	NoticeChanges NoticeKind = "changes-requested"
	// NoticeClosed tells the requester how the gate has ended.
	NoticeClosed NoticeKind = "closed"
)

// A Notice is the argument of the activity of Options.Notify.
type Notice struct {
	// Key names this notice, the same for each attempt and each replay: a
	// receiver that remembers it tells people once.
	Key  string     `json:"key"`
	Kind NoticeKind `json:"kind"`
	// WorkflowID and Gate are where to decide.
	WorkflowID string `json:"workflowId"`
	Gate       string `json:"gate"`
	Title      string `json:"title,omitempty"`
	Requester  string `json:"requester,omitempty"`
	State      State  `json:"state"`
	Why        string `json:"why,omitempty"`
	// Users and Groups are who may decide, Missing how many must still approve.
	Users   []string `json:"users,omitempty"`
	Groups  []string `json:"groups,omitempty"`
	Missing int      `json:"missing,omitempty"`
	// Round, Stage and Digest are what a vote should name.
	Round     int       `json:"round"`
	Stage     int       `json:"stage"`
	StageName string    `json:"stageName,omitempty"`
	Digest    string    `json:"digest,omitempty"`
	Deadline  time.Time `json:"deadline,omitzero"`
}

// notify starts the activity that tells people, in a coroutine of its own. It
// tells at least once; when it cannot, the gate goes on.
func (g *gate) notify(ctx workflow.Context, kind NoticeKind) {
	if g.Notify == "" {
		return
	}
	s := g.status()
	g.noticed++
	n := Notice{
		Kind: kind, WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID, Gate: g.id, Title: g.title, Requester: g.requester,
		State: s.State, Why: s.Why, Users: s.Users, Groups: s.Groups, Missing: s.Missing,
		Round: s.Round, Stage: s.Stage, StageName: s.StageName, Digest: s.Digest, Deadline: s.Deadline,
	}
	n.Key = fmt.Sprintf("%s/%s/%d/%d/%s/%d", n.WorkflowID, g.id, n.Round, n.Stage, kind, g.noticed)
	g.notices++
	workflow.GoNamed(g.gates.detached, "approval notice", func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, g.gates.notifyOptions)
		if err := workflow.ExecuteActivity(ctx, g.Notify, n).Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Warn("People were not told; the gate goes on without", "Gate", g.id, "Kind", string(kind), "Error", err)
			g.tally.Note("notice failed", "", string(kind), workflow.Now(ctx))
		}
		g.notices--
		g.settled()
	})
}
