package approvalhttp

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// followed is the link of a token. A token that is none, one that has expired,
// and one whose gate is not for its actor get the same answer as a gate that is
// gone.
func (h *handler) followed(r *http.Request, token string) (Link, error) {
	link, ok := h.o.Links.open(token, now())
	if !ok {
		return link, unknown()
	}
	return link, h.may(r, link.vote("").Actor, link.ref())
}

// linkPage shows what a link would decide, and decides nothing: mail scanners
// and browsers follow links before people do.
func (h *handler) linkPage(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	link, err := h.followed(r, token)
	if err != nil {
		h.refusePage(w, r, err, nil)
		return
	}
	gate, err := h.gate(r.Context(), link.ref())
	if err != nil {
		h.refusePage(w, r, err, nil)
		return
	}
	v := view{Heading: "Your decision", Gate: &gate}
	switch {
	case gate.State.IsClosed():
		v.Text = "This is decided; there is nothing to do."
	case gate.Round != link.Round || gate.Digest != link.Digest:
		v.Text = "The request has changed since this link was sent; use the link of the new request."
	case gate.State != approval.Open:
		v.Text = "Changes were requested; wait for the link of the new request."
	case hasDecided(gate, link.Actor):
		v.Text = "You have decided; there is nothing to do. Sign in to change your decision."
	default:
		v.Text = "Look at the request below, then choose. Nothing is decided yet."
		v.Form = &form{Link: link, Token: token}
	}
	h.render(w, http.StatusOK, v)
}

func hasDecided(gate approval.GateStatus, actor string) bool {
	for _, v := range gate.Votes {
		if v.Actor.ID == actor && v.Stage == gate.Stage {
			return true
		}
	}
	return false
}

// linkDecision decides by a link. No cookie is looked at, so no page of another
// origin can make use of one: it would have to know the token.
func (h *handler) linkDecision(w http.ResponseWriter, r *http.Request) {
	data, err := h.body(w, r, "application/x-www-form-urlencoded")
	if err != nil {
		h.refusePage(w, r, err, nil)
		return
	}
	sent, err := url.ParseQuery(string(data))
	if err != nil {
		h.refusePage(w, r, malformed("the form cannot be read; open the link and send its form"), nil)
		return
	}
	link, err := h.followed(r, sent.Get("token"))
	if err != nil {
		h.refusePage(w, r, err, nil)
		return
	}
	choice := approval.Choice(sent.Get("choice"))
	if choice == "" && len(link.Choices) == 1 {
		choice = link.Choices[0]
	}
	if !slices.Contains(link.Choices, choice) {
		h.refusePage(w, r, &problem{Status: http.StatusForbidden, Code: string(approval.NotAllowed), Detail: fmt.Sprintf("the link does not offer that choice; choose one of %q", link.Choices)}, nil)
		return
	}
	v := link.vote(choice)
	v.Comment, v.Reason = sent.Get("comment"), sent.Get("reason")
	status, _, err := h.cast(r, link.ref(), v)
	switch {
	case err != nil:
		h.refusePage(w, r, err, &form{Link: link, Token: sent.Get("token"), Comment: v.Comment, Reason: v.Reason})
	case status == http.StatusAccepted:
		h.render(w, status, view{Heading: "Received", Text: "Your decision is kept and is looked at as soon as possible; there is nothing more to do."})
	default:
		h.render(w, status, view{Heading: "Recorded", Text: fmt.Sprintf("Your decision is recorded: %s. There is nothing more to do.", label(choice))})
	}
}

// refusePage answers with what is wrong, for people. What they can mend, they get
// the form for.
func (h *handler) refusePage(w http.ResponseWriter, r *http.Request, err error, f *form) {
	p := problemOf(err)
	h.prepare(w, r, p)
	v := view{Heading: "Not decided", Text: p.Detail, Gate: p.Gate}
	switch p.Status {
	case http.StatusNotFound:
		v.Text = "This link is not valid, or not any more. Sign in to decide, or ask for a new link."
	case http.StatusServiceUnavailable:
		v.Text, v.Form = "There is no answer at the moment, so the outcome is not known. Send it again in a while: it counts once.", f
	case http.StatusUnprocessableEntity, http.StatusTooEarly:
		v.Form = f
	}
	h.render(w, p.Status, v)
}
