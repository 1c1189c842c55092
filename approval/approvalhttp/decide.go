package approvalhttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// decide takes a decision. The actor is the sender, whatever the body says.
func (h *handler) decide(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in decision
	if err := h.o.json(c, &in); err != nil {
		return 0, nil, err
	}
	ref, err := ref(in.Workflow, in.Gate)
	if err != nil {
		return 0, nil, err
	}
	v := approvalclient.Vote{
		ID: key, Actor: c.actor, Choice: in.Choice, Comment: in.Comment, Reason: in.Reason, For: in.For,
		Round: in.Round, Digest: in.Digest, Subject: subject(in.Subject),
	}
	return h.cast(c.r, ref, v)
}

// cast casts a vote, of the API or of a link.
func (h *handler) cast(r *http.Request, ref address, v approvalclient.Vote) (int, any, error) {
	if err := h.may(r, v.Actor, ref); err != nil {
		return 0, nil, err
	}
	receipt, err := h.client.Decide(r.Context(), ref.Ref, ref.Gate, v)
	status, p := outcome(receipt, err)
	if p != nil {
		return 0, nil, h.withGate(r, ref, p)
	}
	return status, receipt, nil
}

// outcome returns the status of a decision, or its problem.
func outcome(receipt approvalclient.Receipt, err error) (int, *problem) {
	switch {
	case err != nil:
		return 0, problemOf(err)
	case receipt.Queued:
		return http.StatusAccepted, nil
	}
	return http.StatusOK, nil
}

// withGate adds the gate to the answer to a decision that came too late or was on something
// else.
func (h *handler) withGate(r *http.Request, ref address, p *problem) *problem {
	if p.Status == http.StatusConflict || p.Status == http.StatusPreconditionFailed {
		if gate, err := h.gate(r.Context(), ref); err == nil {
			p.Gate = &gate
		}
	}
	return p
}

// change makes a change. It is not queued: without a worker its outcome is
// unknown.
func (h *handler) change(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in change
	if err := h.o.json(c, &in); err != nil {
		return 0, nil, err
	}
	ref, err := ref(in.Workflow, in.Gate)
	if err != nil {
		return 0, nil, err
	}
	if err := h.may(c.r, c.actor, ref); err != nil {
		return 0, nil, err
	}
	receipt, err := h.client.Change(c.r.Context(), ref.Ref, ref.Gate, approvalclient.Change{
		ID: key, Actor: c.actor, Kind: in.Kind, Comment: in.Comment, By: time.Duration(in.By), To: in.To,
		Reassignment: in.Reassignment, Subject: subject(in.Subject),
	})
	if err != nil {
		return 0, nil, h.withGate(c.r, ref, problemOf(err))
	}
	return http.StatusOK, receipt, nil
}

// subject returns the subject of a body; nil when it has none, or null.
func subject(sent json.RawMessage) any {
	if len(sent) == 0 || string(sent) == "null" {
		return nil
	}
	return sent
}

// decideMany takes the same decision on many gates. One that cannot be read
// refuses all, before any is sent.
func (h *handler) decideMany(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in decisions
	if err := h.o.json(c, &in); err != nil {
		return 0, nil, err
	}
	if n := len(in.Gates); n == 0 || n > approvalclient.MaxPageSize {
		return 0, nil, malformed(fmt.Sprintf("there are %d gates; set \"gates\" to 1 to %d", n, approvalclient.MaxPageSize))
	}
	answer := results{ID: key, Results: make([]result, len(in.Gates))}
	var targets []approvalclient.Target
	var places []int // of the targets in the answer
	for i, g := range in.Gates {
		ref, err := ref(g.Workflow, g.Gate)
		if err != nil {
			return 0, nil, err
		}
		answer.Results[i] = result{Workflow: g.Workflow, Gate: g.Gate}
		if !h.o.Authorize(c.r, c.actor, ref.Ref, ref.Gate) {
			answer.Results[i].fill(http.StatusNotFound, approvalclient.Receipt{}, unknown())
			continue
		}
		targets = append(targets, approvalclient.Target{Ref: ref.Ref, Gate: ref.Gate, Round: g.Round, Digest: g.Digest, For: g.For})
		places = append(places, i)
	}
	v := approvalclient.Vote{ID: key, Actor: c.actor, Choice: in.Choice, Comment: in.Comment, Reason: in.Reason}
	for i, d := range h.client.DecideMany(c.r.Context(), targets, v) {
		status, err := outcome(d.Receipt, d.Err)
		answer.Results[places[i]].fill(status, d.Receipt, err)
	}
	return http.StatusOK, answer, nil
}

func (r *result) fill(status int, receipt approvalclient.Receipt, p *problem) {
	if p != nil {
		r.Status, r.Problem = p.Status, p
		return
	}
	r.Status, r.Receipt = status, &receipt
}
