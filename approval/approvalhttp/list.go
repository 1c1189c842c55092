package approvalhttp

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// A list is a page of what waits for the caller.
type list struct {
	Items []entry `json:"items"`
	// Unreachable are workflows that have not said which gates they have.
	Unreachable []string `json:"unreachable"`
	Next        string   `json:"next,omitempty"`
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

// notListed is that the list of the caller cannot be had, whatever the reason is
// called elsewhere, or what is wrong with the request.
func notListed(err error) *problem {
	switch approval.ReasonOf(err) {
	case approval.ReasonMalformed, approval.ReasonRefused:
		return problemOf(err)
	}
	return unavailable("the inbox cannot be listed now; ask again", err)
}
