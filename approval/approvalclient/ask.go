package approvalclient

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Audit returns what has happened to a gate, as its run, open or closed, tells it. It needs
// a worker that runs. A gate that the run does not have is approval.ReasonNotOpen.
func (c *Client) Audit(ctx context.Context, ref Ref, gate string) (policy.Audit, error) {
	var audit policy.Audit
	err := c.ask(ctx, address{ref, gate}, "audit", &audit, protocol.QueryAudit, gate)
	var failed *serviceerror.QueryFailed // it does not carry the reason of the workflow
	if errors.As(err, &failed) {
		if _, missing := c.gate(ctx, address{ref, gate}); missing != nil {
			err = missing
		}
	}
	return audit, restore(err)
}

// Status returns the gates of a run, open or closed: as many as fit into an answer. It
// needs a worker that runs. For a closed run, the worker replays the history.
func (c *Client) Status(ctx context.Context, ref Ref) (Status, error) {
	var status Status
	err := c.ask(ctx, address{Ref: ref}, "status", &status, protocol.QueryStatus)
	return status, restore(err)
}

// Gate returns one gate of a run, open or closed, with all of its subject. It needs a
// worker that runs. A gate that the run does not have is approval.ReasonNotOpen.
func (c *Client) Gate(ctx context.Context, ref Ref, gate string) (GateStatus, error) {
	answer, err := c.gate(ctx, address{ref, gate})
	return GateStatus(answer.GateStatus), restore(err)
}

func (c *Client) gate(ctx context.Context, a address) (protocol.GateAnswer, error) {
	var answer *protocol.GateAnswer
	if err := c.ask(ctx, a, "status", &answer, protocol.QueryGate, a.Gate); err != nil {
		return protocol.GateAnswer{}, err
	}
	if answer == nil {
		return protocol.GateAnswer{}, refusal(approval.ReasonNotOpen, a.Gate, "the workflow has not opened it; check the ID, or try again later")
	}
	return *answer, nil
}

// ask queries a run. The error is a refusal when only the caller, the operator or the
// server can help.
func (c *Client) ask(ctx context.Context, a address, what string, into any, query string, args ...any) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := a.check(); err != nil {
		return err
	}
	value, err := c.temporal.QueryWorkflow(ctx, a.WorkflowID, a.RunID, query, args...)
	if err == nil {
		err = value.Get(into)
	}
	if err == nil {
		return nil
	}
	if refused := refusedBy(a, err); refused != nil {
		return refused
	}
	of := fmt.Sprintf("workflow %q", a.WorkflowID)
	if a.Gate != "" {
		of = fmt.Sprintf("gate %q of %s", a.Gate, of)
	}
	return fmt.Errorf("approvalclient: no %s of %s; check the IDs, that it calls NewGates, and that a worker runs: %w", what, of, err)
}

// reduceGroups returns the actor with no more groups than a vote may have. Of more groups
// it keeps those that the gate names, which a worker must tell.
func (c *Client) reduceGroups(ctx context.Context, a address, actor policy.Actor) (policy.Actor, error) {
	if len(actor.Groups) <= policy.MaxGroups {
		return actor, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.UpdateTimeout)
	defer cancel()
	gate, err := c.gate(ctx, a)
	if err == nil {
		actor.Groups = protocol.RelevantGroups(actor.Groups, gate.Named)
		return actor, nil
	}
	if !isRefusal(err) {
		err = refusalFor(
			err,
			ReasonNotSent,
			a.Gate,
			fmt.Sprintf("the actor has %d groups, more than the %d that a vote may have, and no worker tells which ones matter; "+
				"send those that the policy names, or send it again when a worker runs", len(actor.Groups), policy.MaxGroups),
		)
	}
	return actor, err
}

// check refuses a client that New has not made.
func (c *Client) check() error {
	if c == nil || c.temporal == nil {
		return refusal(approval.ReasonInvalidRequest, "", "the client was not made by New, so it has no server; make it there")
	}
	return nil
}
