package approval

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const (
	// maxStatusComment bounds the bytes of a comment in the status.
	maxStatusComment = 500
	// maxStatusSubject bounds the bytes of a subject in the status.
	maxStatusSubject = 4 << 10
)

// statusOf returns the status of a gate in a list, and wholeStatus that of one gate, with
// all of its subject.
func statusOf(g *gate) protocol.GateStatus    { return describe(g, false) }
func wholeStatus(g *gate) protocol.GateStatus { return describe(g, true) }

func describe(g *gate, whole bool) protocol.GateStatus {
	stage := g.tally.Current()
	s := protocol.GateStatus{
		ID: g.ID, Title: g.Title, Requester: g.Requester, State: g.tally.State(), Why: g.tally.Explanation(),
		Round: g.tally.Round(), Stage: g.tally.Stage(), StageName: stage.Name, Stages: g.tally.Stages(), Digest: g.tally.Digest(),
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
		Opened: g.Opened, Closed: g.Closed, UseBy: g.UseBy, Votes: g.tally.Votes(),
	}
	if !s.State.IsClosed() {
		if s.SubjectSize = len(g.Subject.Data); whole || s.SubjectSize <= maxStatusSubject {
			s.Subject = g.Subject.Data
		}
	}
	asked := g.tally.PendingApprovers()
	s.Users, s.Groups, s.Delegates = asked.Users, asked.Groups, asked.Delegates
	for i := range s.Votes {
		s.Votes[i].Actor.Groups = nil
		s.Votes[i].Comment = truncate(s.Votes[i].Comment)
	}
	s.Deadline = g.deadlineAt()
	return s
}

// truncate shortens a comment for the status, whose size the server limits, at a
// whole character.
func truncate(comment string) string {
	if len(comment) <= maxStatusComment {
		return comment
	}
	return strings.ToValidUTF8(comment[:maxStatusComment], "") + "…"
}

// maxShown bounds the live gates in the details of the run, which each change writes
// again.
const maxShown = 20

// showOpen writes the live gates into the details of the run.
func showOpen(ctx workflow.Context, g *Gates) {
	if !g.showDetails {
		return
	}
	var b strings.Builder
	shown := 0
	for _, gate := range g.order {
		if gate.isClosed() {
			continue
		}
		if shown++; shown > maxShown {
			b.WriteString(fmt.Sprintf("- and %d more\n", len(g.live)-maxShown))
			break
		}
		s := statusOf(gate)
		b.WriteString(fmt.Sprintf("- **%s** %s", s.ID, s.Title))
		switch {
		case s.State == policy.StateChangesRequested:
			b.WriteString(fmt.Sprintf(" waits for %s to make the request again", s.Requester))
		default:
			b.WriteString(fmt.Sprintf(" waits for %d more of %s", s.Missing, strings.Join(append(s.Groups, s.Users...), ", ")))
		}
		if !s.Deadline.IsZero() {
			b.WriteString(fmt.Sprintf(" until %s", s.Deadline.UTC().Format(time.RFC3339)))
		}
		b.WriteString("\n")
	}
	workflow.SetCurrentDetails(ctx, b.String())
}
