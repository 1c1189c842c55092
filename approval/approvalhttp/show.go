package approvalhttp

import (
	"context"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// An entry is a gate and where it is.
type entry struct {
	Workflow string              `json:"workflow"`
	Gate     approval.GateStatus `json:"gate"`
	// For is for whom the caller would decide, by delegation.
	For string `json:"for,omitempty"`
}

// show answers how one gate stands.
func (h *handler) show(c call) (int, any, error) {
	query := c.r.URL.Query()
	ref, err := ref(query.Get("workflow"), query.Get("gate"))
	if err != nil {
		return 0, nil, err
	}
	if err := h.may(c.r, c.actor, ref); err != nil {
		return 0, nil, err
	}
	gate, err := h.gate(c.r.Context(), ref)
	return http.StatusOK, entry{Workflow: ref.WorkflowID, Gate: gate}, err
}

// gate asks a worker how a gate stands.
func (h *handler) gate(ctx context.Context, ref approval.Ref) (approval.GateStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, h.o.Patience)
	defer cancel()
	status, err := h.client.Status(ctx, ref.WorkflowID, ref.RunID)
	if err != nil {
		p := problemOf(err)
		if p.Code == codeUnavailable {
			p.Detail = "no worker has said how the gate stands; ask again"
		}
		return approval.GateStatus{}, p
	}
	gate, ok := status.Gate(ref.Gate)
	if !ok {
		return gate, unknown()
	}
	return gate, nil
}
