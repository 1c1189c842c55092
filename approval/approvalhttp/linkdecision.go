package approvalhttp

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// maxForm is how many bytes a form may have at least, whatever MaxBody is: what
// people can type is not refused unread, since they would lose it.
const maxForm = 256 << 10

// linkDecision decides by a link. No cookie is looked at, so no page of another
// origin can make use of one: it would have to know the token.
func (h *handler) linkDecision(w http.ResponseWriter, r *http.Request) {
	data, err := h.body(w, r, "application/x-www-form-urlencoded", max(h.o.MaxBody, maxForm))
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
			p.Detail = "There is no answer at the moment, so the outcome is not known. Send it again in a while: it counts once."
		}
		h.refusePage(w, r, p, f)
	case status == http.StatusAccepted:
		h.render(w, status, view{Heading: "Received", Text: "Your decision is kept, and will be looked at as soon as possible. " +
			"If more than one was sent by this link, the first one counts. Open the link again later to see what has become of it."})
	default:
		h.render(
			w,
			status,
			view{Heading: "Recorded", Text: fmt.Sprintf("Your decision is recorded: %s. There is nothing more to do.", label(choice))},
		)
	}
}
