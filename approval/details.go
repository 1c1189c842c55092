package approval

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"
)

// mostShown is how many live gates the details list: each change writes
// them again.
const mostShown = 20

// show writes the live gates into the details of the run.
func (g *Gates) show(ctx workflow.Context) {
	if !g.showDetails {
		return
	}
	var b strings.Builder
	shown := 0
	for _, gate := range g.order {
		if !gate.closed.IsZero() {
			continue
		}
		if shown++; shown > mostShown {
			b.WriteString(fmt.Sprintf("- and %d more\n", len(g.live)-mostShown))
			break
		}
		s := gate.status()
		b.WriteString(fmt.Sprintf("- **%s** %s", s.ID, s.Title))
		switch {
		case s.State == StateChangesRequested:
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
