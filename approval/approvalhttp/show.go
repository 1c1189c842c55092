package approvalhttp

import (
	"context"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// An entry is a gate and where it is.
type entry struct {
	Workflow string                    `json:"workflow"`
	Gate     approvalclient.GateStatus `json:"gate"`
	// For is for whom the caller would decide, by delegation.
	For string `json:"for,omitempty"`
}

// show answers how one gate stands.
func (h *handler) show(c call) (int, any, error) {
	query, err := fields(c.r.URL.RawQuery, "workflow", "gate")
	if err != nil {
		return 0, nil, err
	}
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
func (h *handler) gate(ctx context.Context, ref address) (approvalclient.GateStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, h.o.QueryTimeout)
	defer cancel()
	gate, err := h.client.Gate(ctx, ref.Ref, ref.Gate)
	if err == nil {
		return gate, nil
	}
	p := problemOf(err)
	switch p.Code {
	case string(approval.ReasonNotOpen):
		return gate, unknown()
	case codeUnavailable:
		p.Detail = "no worker has said how the gate stands; ask again"
	}
	return gate, p
}
