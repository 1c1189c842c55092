package approval

import (
	"go.temporal.io/sdk/workflow"
)

// replayed knows where the replay of a run has ended.
type replayed struct{ length int }

// beyond reports whether the code runs on events that no workflow task has seen. To
// answer a query on a closed run, SDKs before 1.51 replay its history to the last
// event, also what came after the last workflow task: they stop replaying at the
// length that the last replayed task had. What came then was never counted, and the
// answer to the query must not say so.
func (r *replayed) beyond(ctx workflow.Context) bool {
	length := workflow.GetInfo(ctx).GetCurrentHistoryLength()
	if workflow.IsReplaying(ctx) {
		r.length = length
		return false
	}
	return length > 0 && length == r.length
}

// woken reports whether the coroutine of the gates has something to do.
func (g *Gates) woken() bool { return !g.replayed.beyond(g.detached) && g.hasWork() }
