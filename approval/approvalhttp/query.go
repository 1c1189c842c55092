package approvalhttp

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

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

// list answers with what waits for the caller.
func (h *handler) list(c call) (int, any, error) {
	query, err := fields(c.r.URL.RawQuery, "next", "size", "overdue")
	if err != nil {
		return 0, nil, err
	}
	f := approvalclient.Filter{Actor: c.actor, Token: query.Get("next")}
	if size := query.Get("size"); size != "" {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			return 0, nil, malformed(fmt.Sprintf("the size of a page is no number; set \"size\" to 1 to %d", approvalclient.MaxPageSize))
		}
		f.PageSize = n
	}
	switch query.Get("overdue") {
	case "", "false":
	case "true":
		f.DueBefore = now()
	default:
		return 0, nil, malformed("\"overdue\" is neither true nor false; set it to one of them, or leave it out")
	}
	found, err := h.client.Inbox(c.r.Context(), f)
	if err != nil {
		return 0, nil, notListed(err)
	}
	l := list{Items: []entry{}, Unreachable: []string{}, Next: found.Next}
	for _, item := range found.Items {
		if h.o.Authorize(c.r, c.actor, item.Ref, item.Gate.ID) {
			l.Items = append(l.Items, entry{Workflow: item.Ref.WorkflowID, Gate: item.Gate, For: item.For})
		}
	}
	for _, u := range found.Unreachable {
		if h.o.Authorize(c.r, c.actor, approvalclient.Ref{WorkflowID: u.WorkflowID}, "") {
			l.Unreachable = append(l.Unreachable, u.WorkflowID)
		}
	}
	return http.StatusOK, l, nil
}

// notListed returns the problem of a list that cannot be had, whatever the reason is
// called elsewhere, or what is wrong with the request.
func notListed(err error) *problem {
	switch reason, _ := approval.ReasonOf(err); reason {
	case approval.ReasonMalformed, approvalclient.ReasonRefused:
		return problemOf(err)
	}
	return unavailable("the inbox cannot be listed now; ask again", err)
}
