package wait

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Names of our metrics; both count per workflow run, not per replay.
const (
	metricDeadLetters = "temporal_patterns_dead_letters"
	metricLeftovers   = "temporal_patterns_leftovers"
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
