package approvalclient

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// A sendable is a vote or a change that can be encoded and signed.
type sendable interface {
	Decision() protocol.Decision
	Content() string
	Statement(at protocol.Place) protocol.Statement
	Encode(proof string) (converter.RawValue, error)
}

// A message is a vote or a change that is ready to be sent.
type message struct {
	update   string
	decision protocol.Decision
	content  string
	payload  converter.RawValue
}

// updateID returns one ID per gate, decision and content: the server answers a repeated
// update with the first result, which must not be that of another request. It is a hash,
// because the server stores update IDs unencrypted, and covers the lengths too, because an
// ID may have any bytes.
func (m message) updateID(gate string) string {
	h := sha256.New()
	for _, part := range []string{gate, m.decision.ID, m.decision.Actor, m.content} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return fmt.Sprintf("%s/%x", m.update, h.Sum(nil)[:16])
}

const (
	// firstPause sets the pause before the client repeats an update on a gate that is not
	// open. It doubles each time, up to lastPause.
	firstPause = 50 * time.Millisecond
	lastPause  = 400 * time.Millisecond
)

// update sends an update and waits for its receipt, for Options.UpdateTimeout at most. The
// receipt of a decision that was counted before is that decision's.
func (c *Client) update(ctx context.Context, a address, m message) (Receipt, error) {
	timeout := c.options.UpdateTimeout
	if end, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(end)/2) // the other half is for the signal
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	receipt, err := c.updateOnce(ctx, a, m)
	for pause := firstPause; reasonOf(err) == approval.ReasonNotOpen && pause <= lastPause; pause *= 2 {
		again := time.NewTimer(pause)
		select {
		case <-again.C:
			if ctx.Err() != nil {
				return receipt, err
			}
			receipt, err = c.updateOnce(ctx, a, m)
		case <-ctx.Done():
			again.Stop()
			return receipt, err // it was refused, which is known
		}
	}
	if first, ok := protocol.FirstReceipt(err); ok {
		return Receipt(first), nil
	}
	return receipt, err
}

func (c *Client) updateOnce(ctx context.Context, a address, m message) (Receipt, error) {
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: a.WorkflowID, RunID: a.RunID, UpdateName: m.update,
		UpdateID: m.updateID(a.Gate), Args: []any{m.payload},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = handle.Get(ctx, &receipt)
	return receipt, err
}

// sign returns the proof of a message, and nothing without a key.
func (c *Client) sign(ctx context.Context, a address, m sendable) (string, error) {
	if c.options.Key == nil {
		return "", nil
	}
	at, err := c.place(ctx, a)
	if err != nil {
		return "", err
	}
	//nolint:forbidigo // outside workflow code, the time of signing is the time of the signer
	return protocol.Sign(c.options.Key, m.Statement(at), time.Now().Add(c.options.SignatureTTL))
}

// place asks the server for the chain of runs that a signature is for.
func (c *Client) place(ctx context.Context, a address) (protocol.Place, error) {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, a.WorkflowID, a.RunID)
	first := d.GetWorkflowExecutionInfo().GetFirstRunId()
	switch {
	case isNotFound(err):
		return protocol.Place{}, unknownWorkflow(a)
	case err == nil && first != "":
		return protocol.Place{Namespace: c.options.Namespace, WorkflowID: a.WorkflowID, FirstRunID: first}, nil
	case err == nil:
		err = errors.New("the server does not name the first run of the workflow; use one of version 1.27 or later")
	}
	if refused := refusedBy(a, err); refused != nil {
		return protocol.Place{}, refused
	}
	return protocol.Place{}, refusalFor(err, ReasonNotSent, a.Gate,
		fmt.Sprintf("it was not sent: the server does not tell for which run of workflow %q to sign it; send it again", a.WorkflowID))
}

// explain returns what a failed update means and what to do.
func (c *Client) explain(ctx context.Context, a address, m message, err error) error {
	switch {
	case isNotFound(err):
		if gone := c.gone(ctx, a); gone != nil {
			return gone
		}
	case strings.Contains(err.Error(), "unknown update "+m.update):
		return refusal(approval.ReasonNotOpen, a.Gate,
			fmt.Sprintf("workflow %q has no gates at all; call approval.NewGates first thing in it", a.WorkflowID))
	default:
		if refused := refusedBy(a, err); refused != nil {
			return refused
		}
	}
	return fmt.Errorf("approvalclient: decision %q on gate %q of workflow %q has an unknown outcome; send it again with the same ID: %w",
		m.decision.ID, a.Gate, a.WorkflowID, err)
}

// receiptAfterEnd asks a run that has ended whether it has counted a decision, as it may
// have when the answer to a first call was lost. If not, the result is closed.
func (c *Client) receiptAfterEnd(ctx context.Context, a address, m message, closed error) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.UpdateTimeout)
	defer cancel()
	var first *protocol.KeptReceipt
	value, err := c.temporal.QueryWorkflow(ctx, a.WorkflowID, a.RunID, protocol.QueryReceipt, a.Gate, m.decision.Actor, m.decision.ID)
	if err == nil {
		err = value.Get(&first)
	}
	var unknown *serviceerror.QueryFailed
	switch {
	case errors.As(err, &unknown): // no gates, or a worker of an earlier version
		return Receipt{}, closed
	case err != nil:
		return Receipt{}, fmt.Errorf("approvalclient: workflow %q has ended, and no worker tells whether it has counted decision %q on gate %q; "+
			"send it again with the same ID when one runs: %w", a.WorkflowID, m.decision.ID, a.Gate, err)
	case first == nil:
		return Receipt{}, closed
	}
	receipt, err := first.Again(m.content)
	return Receipt(receipt), err
}

// gone returns the refusal of a workflow that has ended or never was, and nil when neither
// is sure.
func (c *Client) gone(ctx context.Context, a address) error {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, a.WorkflowID, a.RunID)
	if isNotFound(err) {
		return unknownWorkflow(a)
	}
	status := d.GetWorkflowExecutionInfo().GetStatus()
	switch {
	case err != nil, status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, status == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return nil
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return refusal(approval.ReasonClosed, a.Gate,
			fmt.Sprintf("run %q of workflow %q has continued as new; leave RunID empty", a.RunID, a.WorkflowID))
	}
	return refusal(approval.ReasonClosed, a.Gate, fmt.Sprintf("workflow %q has ended (%s); nothing more can be decided", a.WorkflowID, status))
}
