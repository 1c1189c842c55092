package wait

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Names of our metrics; they count per workflow run, not per replay.
const (
	metricDeadLetters = "temporal_patterns_dead_letters"
	metricLeftovers   = "temporal_patterns_leftovers"
	metricUndeclared  = "temporal_patterns_undeclared"
)

// ReportDeadLetter logs and counts a message that cannot be used.
func ReportDeadLetter(ctx workflow.Context, letter wire.DeadLetter) {
	workflow.GetLogger(ctx).Warn("A message cannot be used and is kept as a dead letter; correct the sender, then send it again",
		"Message", letter.Message, "Reason", letter.Reason, "Size", letter.Size)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"message": letter.Message}).Counter(metricDeadLetters).Inc(1)
}

// ReportLeftovers logs and counts messages that a run took but never used.
func ReportLeftovers(ctx workflow.Context, message string, n int) {
	if n == 0 {
		return
	}
	workflow.GetLogger(ctx).Warn("The run ends with messages that nothing has used; drain them, or open what they were for",
		"Message", message, "Count", n)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"message": message}).Counter(metricLeftovers).Inc(int64(n))
}

// The names are any sender's, so what is logged of them is bounded.
const (
	maxNames = 16
	maxName  = 200
)

// reportUndeclared logs and counts names of signals that nothing has received.
// The names are the senders', so they are no tags.
func reportUndeclared(ctx workflow.Context, names []string) {
	if len(names) == 0 {
		return
	}
	short := make([]string, 0, maxNames)
	for _, name := range names[:min(len(names), maxNames)] {
		short = append(short, apperr.Short(name, maxName))
	}
	workflow.GetLogger(ctx).Warn(
		"The run ends with signals of names that nothing has received; correct the senders, or open a channel for them",
		"SignalNames", short, "Count", len(names))
	workflow.GetMetricsHandler(ctx).Counter(metricUndeclared).Inc(int64(len(names)))
}
