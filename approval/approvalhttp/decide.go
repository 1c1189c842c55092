package approvalhttp

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A decision is the body of POST /decide.
type decision struct {
	Workflow string          `json:"workflow"`
	Gate     string          `json:"gate"`
	Choice   policy.Choice   `json:"choice"`
	Comment  string          `json:"comment"`
	Reason   string          `json:"reason"`
	For      string          `json:"for"`
	Round    int             `json:"round"`
	Digest   string          `json:"digest"`
	Subject  json.RawMessage `json:"subject"`
}

// decide takes a decision. The actor is who has sent it, whatever it says.
func (h *handler) decide(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in decision
	if err := h.json(c, &in); err != nil {
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

// outcome is what became of a decision.
func outcome(receipt approvalclient.Receipt, err error) (int, *problem) {
	switch {
	case err != nil:
		return 0, problemOf(err)
	case receipt.Queued:
		return http.StatusAccepted, nil
	}
	return http.StatusOK, nil
}

// withGate adds how the gate stands to the answer to a decision that came too
// late or was on something else.
func (h *handler) withGate(r *http.Request, ref address, p *problem) *problem {
	if p.Status == http.StatusConflict || p.Status == http.StatusPreconditionFailed {
		if gate, err := h.gate(r.Context(), ref); err == nil {
			p.Gate = &gate
		}
	}
	return p
}

// A change is the body of POST /change.
type change struct {
	Workflow     string                    `json:"workflow"`
	Gate         string                    `json:"gate"`
	Kind         approvalclient.ChangeKind `json:"kind"`
	Comment      string                    `json:"comment"`
	By           policy.Duration           `json:"by"`
	To           string                    `json:"to"`
	Reassignment policy.Escalation         `json:"reassignment"`
	Subject      json.RawMessage           `json:"subject"`
}

// change makes a change. It is not queued: without a worker its outcome is
// unknown.
func (h *handler) change(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in change
	if err := h.json(c, &in); err != nil {
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

// subject is what was sent; nothing, and null, is none.
func subject(sent json.RawMessage) any {
	if len(sent) == 0 || string(sent) == "null" {
		return nil
	}
	return sent
}
