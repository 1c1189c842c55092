package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A step is what somebody sends to the site, and the status that must come back.
type step struct {
	who    string
	path   string // of the site
	what   string // to decide, as JSON; to manage, the euros of the correction; by link, the choice
	status int
}

// perform sends what a person would send.
func (p *program) perform(ctx context.Context, r submitted, s step) error {
	address, contentType := p.site.url+"/"+s.path, "application/json"
	gate := fmt.Sprintf(`"workflow": %q, "gate": %q`, r.id, Gate)
	var body string
	switch s.path {
	case "decide":
		body = "{" + gate + ", " + s.what + "}"
	case "manage":
		euros, err := strconv.Atoi(s.what)
		if err != nil {
			return err
		}
		body = "{" + gate + `, "action": "resubmit", "subject": ` + r.report.corrected(euros) + "}"
	case "link":
		link, err := p.site.link(ctx, r.id, s.who)
		if err != nil {
			return err
		}
		followed, err := url.Parse(link)
		if err != nil {
			return err
		}
		contentType = "application/x-www-form-urlencoded"
		body = url.Values{"token": {followed.Query().Get("token")}, "choice": {s.what}}.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", contentType)
	if s.path != "link" {
		req.SetBasicAuth(s.who, "")
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	var answer struct {
		Code  string `json:"code"` // of a problem
		Round int    `json:"round"`
	}
	if s.path != "link" { // which answers with a page
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			return err
		}
	}
	switch {
	case response.StatusCode != s.status:
		return fmt.Errorf("the answer to %s %s of %s is %s, and was to be %d", s.path, s.what, s.who, response.Status, s.status)
	case answer.Code != "":
		p.say("refused    %s: %s", s.who, answer.Code)
	default:
		p.say("%-10s %s: %s", map[string]string{"decide": "decided", "manage": "again", "link": "by link"}[s.path], s.who, s.what)
	}
	return nil
}
