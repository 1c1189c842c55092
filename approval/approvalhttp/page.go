package approvalhttp

import (
	"bytes"
	_ "embed" // the page
	"encoding/json"
	"html/template"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

//go:embed page.html
var pageText string

// page renders the page of a link. It has no script and no style,
// and works in whatever shows forms. All that people wrote is escaped.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"json": indented, "label": label,
	"time": func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") },
}).Parse(pageText))

// A view holds what the page shows.
type view struct {
	Heading, Text string
	Gate          *approvalclient.GateStatus
	Form          *form
	// Written holds what a person has typed, on a page without a form.
	Written string
}

// A form holds what the form of a page sends. Without Choices it shows the request again,
// and decides nothing: a person must not decide on what the page does not show.
type form struct {
	Link
	Token, Comment, Reason string
}

// written returns what the person has typed into the form.
func (f form) written() string {
	return strings.TrimSpace(f.Comment + "\n" + f.Reason)
}

// indented returns JSON as people read it: without the escapes that it has for the
// case that a person puts it into a page as it is. The template escapes.
func indented(subject json.RawMessage) string {
	var b bytes.Buffer
	if json.Indent(&b, subject, "", "  ") != nil {
		return string(subject)
	}
	return strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(b.String())
}

func label(c policy.Choice) string {
	switch c {
	case policy.ChoiceApprove:
		return "Approve"
	case policy.ChoiceReject:
		return "Reject"
	default:
		return "Request changes"
	}
}
