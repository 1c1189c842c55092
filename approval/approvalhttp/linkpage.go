package approvalhttp

import (
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
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
	query := r.URL.Query() // mail programs add fields of their own
	token := query.Get("token")
	if err := once(query, "token"); err != nil {
		h.refusePage(w, r, err, form{})
		return
	}
	link, err := h.followed(r, token)
	if err != nil {
		h.refusePage(w, r, err, form{})
		return
	}
	h.showPage(w, r, form{Link: link, Token: token})
}

// showPage shows the request of a link, and decides nothing.
func (h *handler) showPage(w http.ResponseWriter, r *http.Request, f form) {
	gate, err := h.gate(r.Context(), f.ref())
	if err != nil {
		h.refusePage(w, r, err, f)
		return
	}
	h.gatePage(w, http.StatusOK, gate, f, "Look at the request below, then choose. Nothing is decided yet.")
}

// gatePage shows a gate and, where something is left to decide, the form with what
// was typed before. Text says what to do then.
func (h *handler) gatePage(w http.ResponseWriter, status int, gate approvalclient.GateStatus, f form, text string) {
	v := view{Heading: "Your decision", Gate: &gate}
	switch {
	case gate.State.IsClosed():
		v.Text = "This is decided; there is nothing to do."
	case gate.Round != f.Round || gate.Digest != f.Digest:
		v.Text = "The request has changed since this link was sent; use the link of the new request."
	case gate.State != policy.StateOpen:
		v.Text = "Changes were requested; wait for the link of the new request."
	case hasDecided(gate, f.Actor):
		v.Text = "You have decided; there is nothing to do. Sign in to change your decision."
	case len(gate.Subject) == 0:
		v.Text = "This page cannot show the request, so it cannot be decided here. Sign in to look at it and to decide."
	default:
		v.Text, v.Form = text, &f
	}
	if v.Form == nil {
		v.Written = f.written()
	}
	h.render(w, status, v)
}

func hasDecided(gate approvalclient.GateStatus, actor string) bool {
	for _, v := range gate.Votes {
		if v.Actor.ID == actor && v.Stage == gate.Stage {
			return true
		}
	}
	return false
}

// refusePage answers with what is wrong, for people. What they have typed they get
// back, to mend it or to keep it.
func (h *handler) refusePage(w http.ResponseWriter, r *http.Request, err error, f form) {
	p := problemOf(err)
	h.prepare(w, r, p)
	v := view{Heading: "Not decided", Text: p.Detail, Gate: p.Gate, Written: f.written()}
	again := f // shows the request, and decides nothing
	again.Choices = nil
	switch {
	case p.mendable() && f.Token != "":
		gate, err := h.gate(r.Context(), f.ref())
		if err == nil {
			h.gatePage(w, p.Status, gate, f, p.Detail)
			return
		}
		v.Form, v.Written = &again, ""
	case p.Status == http.StatusNotFound:
		v.Text = "This link is not valid, or not any more. Sign in to decide, or ask for a new link."
	case p.Code == string(approval.ReasonKeyReused):
		v.Text = "You have decided by this link before, and that decision counts. Sign in to change it."
	case p.Status == http.StatusServiceUnavailable && r.Method == http.MethodPost && f.Token != "":
		v.Form, v.Written = &again, ""
	}
	h.render(w, p.Status, v)
}
