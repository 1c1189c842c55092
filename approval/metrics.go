package approval

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/trace"
)

// The metrics of gates, by the worker's metrics handler. They count what happens, not
// what is replayed, and have no tag with the name of a gate or a person.
const (
	metricOpened  = "temporal_patterns_approvals_opened"  // counter
	metricClosed  = "temporal_patterns_approvals_closed"  // counter, by state
	metricRefused = "temporal_patterns_approvals_refused" // counter, by reason
	metricLatency = "temporal_patterns_approval_latency"  // timer from opening to the end, by state
)

// reportOpened counts a gate that was opened in this run.
func reportOpened(ctx workflow.Context) {
	if !workflow.IsReplaying(ctx) { // the handler looks too, at the cost of its tags
		workflow.GetMetricsHandler(ctx).Counter(metricOpened).Inc(1)
	}
}

// reportClosed counts a gate that has ended and records how long it was open.
func reportClosed(ctx workflow.Context, g *gate) {
	if workflow.IsReplaying(ctx) {
		return
	}
	metrics := workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"state": string(g.tally.State())})
	metrics.Counter(metricClosed).Inc(1)
	metrics.Timer(metricLatency).Record(g.Closed.Sub(g.Opened))
}

// recordSpan records the span of a gate that has ended. It begins when the gate was opened,
// in this run or in one before it. The context of an update handler has no tracer.
func recordSpan(g *gate) {
	ctx := g.gates.detached
	trace.InWorkflow(ctx, func() trace.Span {
		run := workflow.GetInfo(ctx)
		return trace.Span{
			Operation: "ApprovalGate", Name: run.WorkflowType.Name, Start: g.Opened,
			Tags: map[string]string{
				"temporalWorkflowID": run.WorkflowExecution.ID, "temporalRunID": run.WorkflowExecution.RunID,
				"approvalGate": g.ID, "approvalState": string(g.tally.State()),
			},
		}
	})
}

// countedHandler returns a handler of updates that counts what it refuses.
func countedHandler(handle func(workflow.Context, converter.RawValue) (protocol.Receipt, error)) any {
	return func(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
		r, err := handle(ctx, raw)
		return r, apperr.Outgoing(reportRefused(ctx, err))
	}
}

// countedValidator returns a validator of updates that counts what it refuses.
func countedValidator(validate func(workflow.Context, converter.RawValue) error) any {
	return func(ctx workflow.Context, raw converter.RawValue) error {
		return apperr.Outgoing(reportRefused(ctx, validate(ctx, raw)))
	}
}

// reportRefused counts a vote or a change that was refused, and returns err.
func reportRefused(ctx workflow.Context, err error) error {
	if err == nil || workflow.IsReplaying(ctx) {
		return err
	}
	reason := reasonOf(err)
	if reason == "" {
		reason = "Other"
	}
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"reason": string(reason)}).Counter(metricRefused).Inc(1)
	return err
}
