package approvalhttp

import (
	"fmt"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Decisions are the body of POST /decide-many: one choice for many gates.
type decisions struct {
	Gates   []target      `json:"gates"`
	Choice  policy.Choice `json:"choice"`
	Comment string        `json:"comment"`
	Reason  string        `json:"reason"`
}

// A target is one of the gates.
type target struct {
	Workflow string `json:"workflow"`
	Gate     string `json:"gate"`
	For      string `json:"for"`
	Round    int    `json:"round"`
	Digest   string `json:"digest"`
}

// Results are the answer: the ID of all decisions, and what became of each, in
// the order of the gates.
type results struct {
	ID      string   `json:"id"`
	Results []result `json:"results"`
}

// A result has a receipt, or a problem.
type result struct {
	Workflow string                  `json:"workflow"`
	Gate     string                  `json:"gate"`
	Status   int                     `json:"status"` // as that of POST /decide
	Receipt  *approvalclient.Receipt `json:"receipt,omitempty"`
	Problem  *problem                `json:"problem,omitempty"`
}

// decideMany takes the same decision on many gates. One that cannot be read
// refuses all, before any is sent.
func (h *handler) decideMany(c call) (int, any, error) {
	key, err := c.key()
	if err != nil {
		return 0, nil, err
	}
	var in decisions
	if err := h.json(c, &in); err != nil {
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
