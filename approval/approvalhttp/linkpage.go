package approvalhttp

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// followed returns the link of a token. An invalid token, an expired one, and one whose
// gate the actor may not see get the same answer as a gate that is gone.
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

// gatePage shows a gate and, while the person can decide, the form with what was typed
// before. Text says what to do then.
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

// refusePage answers a person with what is wrong. The page has what the person typed, to
// correct it or to keep it.
func (h *handler) refusePage(w http.ResponseWriter, r *http.Request, err error, f form) {
	p := problemOf(err)
	h.o.prepare(w, r, p)
	v := view{Heading: "Not decided", Text: p.forPeople(), Gate: p.Gate, Written: f.written()}
	again := f // shows the request, and decides nothing
	again.Choices = nil
	switch {
	case p.correctable() && f.Token != "":
		gate, err := h.gate(r.Context(), f.ref())
		if err == nil {
			h.gatePage(w, p.Status, gate, f, p.forPeople())
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

// maxForm sets the least limit of a form, whatever MaxBody is: people would lose what they
// typed if the handler refused to read it.
const maxForm = 256 << 10

// linkDecision decides by a link. It ignores cookies, so a page of another origin cannot use
// one: it would have to know the token.
func (h *handler) linkDecision(w http.ResponseWriter, r *http.Request) {
	data, err := h.o.body(w, r, "application/x-www-form-urlencoded", max(h.o.MaxBody, maxForm))
	if err != nil {
		h.refusePage(w, r, err, form{})
		return
	}
	sent, err := fields(string(data), "token", "comment", "reason", "choice", "show")
	if err != nil {
		h.refusePage(w, r, err, form{})
		return
	}
	// Browsers send each end of a line as two bytes, and people see one.
	f := form{Comment: strings.ReplaceAll(sent.Get("comment"), "\r\n", "\n"), Reason: sent.Get("reason")}
	if f.Link, err = h.followed(r, sent.Get("token")); err != nil {
		h.refusePage(w, r, err, f)
		return
	}
	f.Token = sent.Get("token")
	if sent.Has("show") {
		h.showPage(w, r, f)
		return
	}
	choice := policy.Choice(sent.Get("choice"))
	if choice == "" && len(f.Choices) == 1 {
		choice = f.Choices[0]
	}
	if !slices.Contains(f.Choices, choice) {
		h.refusePage(
			w,
			r,
			&problem{
				Status: http.StatusForbidden,
				Code:   string(approval.ReasonNotAllowed),
				Detail: fmt.Sprintf("the link does not offer that choice; choose one of %q", f.Choices),
			},
			f,
		)
		return
	}
	v := f.vote(choice)
	v.Comment, v.Reason = f.Comment, f.Reason
	status, _, err := h.cast(r, f.ref(), v)
	switch {
	case err != nil:
		p := problemOf(err)
		if p.Code == codeUnavailable {
			p.Detail = "The approval service does not answer at the moment. Send your decision again in a while: it counts once."
		}
		h.refusePage(w, r, p, f)
	case status == http.StatusAccepted:
		h.render(w, status, view{Heading: "Received", Text: "Your decision is stored and will be counted as soon as possible. " +
			"If you sent more than one by this link, the first one counts. Open the link again later to see the result."})
	default:
		h.render(
			w,
			status,
			view{Heading: "Recorded", Text: fmt.Sprintf("Your decision is recorded: %s. There is nothing more to do.", label(choice))},
		)
	}
}

func (h *handler) render(w http.ResponseWriter, status int, v view) {
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		h.o.Logger.Error("approvalhttp: the page of a link cannot be shown", "error", err.Error())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // an error means that the caller is gone
}
