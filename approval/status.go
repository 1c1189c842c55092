package approval

import (
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// status is what the run tells about the gate in a list, and whole is when it is
// asked about this one alone.
func (g *gate) status() protocol.GateStatus { return g.describe(false) }
func (g *gate) whole() protocol.GateStatus  { return g.describe(true) }

func (g *gate) describe(whole bool) protocol.GateStatus {
	stage := g.tally.Current()
	s := protocol.GateStatus{
		ID: g.id, Title: g.title, Requester: g.requester, State: g.tally.State(), Why: g.tally.Explanation(),
		Round: g.tally.Round(), Stage: g.tally.Stage(), StageName: stage.Name, Stages: g.tally.Stages(), Digest: g.tally.Digest(),
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
		Opened: g.opened, Closed: g.closed, UseBy: g.grant.useBy, Votes: g.tally.Votes(),
	}
	if !s.State.IsClosed() {
		if s.SubjectSize = len(g.subject.Data); whole || s.SubjectSize <= maxStatusSubject {
			s.Subject = g.subject.Data
		}
	}
	asked := g.tally.PendingApprovers()
	s.Users, s.Groups, s.Delegates = asked.Users, asked.Groups, asked.Delegates
	for i := range s.Votes {
		s.Votes[i].Actor.Groups = nil
		s.Votes[i].Comment = cut(s.Votes[i].Comment)
	}
	s.Deadline = g.givesUp()
	return s
}

// givesUp is when the stage gives up; zero when it does not.
func (g *gate) givesUp() time.Time {
	if g.deadline == nil || g.tally.State() == StateChangesRequested {
		return time.Time{}
	}
	return g.deadline.Time()
}

// cut shortens a comment for the status, whose size the server limits, at a
// whole character.
func cut(comment string) string {
	if len(comment) <= maxStatusComment {
		return comment
	}
	return strings.ToValidUTF8(comment[:maxStatusComment], "") + "…"
}
