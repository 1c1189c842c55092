package approvalclient

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Audit asks a run, open or closed, what has happened to a gate. It needs a
// worker that runs.
func (c *Client) Audit(ctx context.Context, ref Ref) (policy.Audit, error) {
	var audit policy.Audit
	err := c.ask(ctx, ref, "audit", &audit, protocol.QueryAudit, ref.Gate)
	return audit, err
}

// Status asks a run, open or closed, about its gates: as many as fit into an
// answer. It needs a worker that runs. Of a closed run, the worker replays the
// history to answer.
func (c *Client) Status(ctx context.Context, workflowID, runID string) (Status, error) {
	var status Status
	err := c.ask(ctx, Ref{WorkflowID: workflowID, RunID: runID}, "status", &status, protocol.QueryStatus)
	return status, err
}

// Gate asks a run, open or closed, about one gate, with all of its subject. It needs
// a worker that runs. A gate that the run does not have is [NotOpen].
func (c *Client) Gate(ctx context.Context, ref Ref) (GateStatus, error) {
	a, err := c.gate(ctx, ref)
	return GateStatus(a.GateStatus), reasoned(err)
}

func (c *Client) gate(ctx context.Context, ref Ref) (protocol.GateAnswer, error) {
	var a *protocol.GateAnswer
	if err := c.ask(ctx, ref, "status", &a, protocol.QueryGate, ref.Gate); err != nil {
		return protocol.GateAnswer{}, err
	}
	if a == nil {
		return protocol.GateAnswer{}, refusal(approval.NotOpen, ref.Gate, "the workflow has not opened it; check the ID, or try again later")
	}
	return *a, nil
}

// ask queries a run. The error is a refusal where nothing but the caller, the
// operator or the server can help.
func (c *Client) ask(ctx context.Context, ref Ref, what string, into any, query string, args ...any) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := ref.check(); err != nil {
		return reasoned(err)
	}
	value, err := c.temporal.QueryWorkflow(ctx, ref.WorkflowID, ref.RunID, query, args...)
	if err == nil {
		err = value.Get(into)
	}
	if err == nil {
		return nil
	}
	if refused := refusedBy(ref, err); refused != nil {
		return reasoned(refused)
	}
	of := fmt.Sprintf("workflow %q", ref.WorkflowID)
	if ref.Gate != "" {
		of = fmt.Sprintf("gate %q of %s", ref.Gate, of)
	}
	return fmt.Errorf("approval: no %s of %s; check the IDs, that it calls NewGates, and that a worker runs: %w", what, of, err)
}
