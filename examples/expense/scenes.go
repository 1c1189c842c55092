package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A scene is a report that is played, and how it must end.
type scene struct {
	title    string
	euros    int
	deadline time.Duration
	steps    []step
	state    approval.State
	receipt  string
}

// A step is a request to the API, and the status that must come back.
type step struct {
	path, body string
	status     int
}

func scenes() []scene {
	return []scene{
		{"A small report: nobody is asked", 40, time.Hour, nil, approval.Approved, "40 euros to eve"},
		{"A medium report: one of finance, who sends it back", 420, time.Hour, []step{
			{"decide", `{"as": "eve", "choice": "approve"}`, http.StatusForbidden}, // her own
			{"decide", `{"as": "ann", "choice": "request-changes"}`, http.StatusUnprocessableEntity},
			{"decide", `{"as": "ann", "choice": "request-changes", "comment": "the ticket says 390"}`, http.StatusOK},
			{"decide", `{"as": "bob", "choice": "approve"}`, http.StatusConflict},
			{"resubmit", `{"as": "eve", "euros": 390}`, http.StatusOK},
			{"decide", `{"as": "bob", "choice": "approve"}`, http.StatusPreconditionFailed}, // of which round?
			{"decide", `{"as": "bob", "choice": "approve", "round": 2}`, http.StatusOK},
		}, approval.Approved, "390 euros to eve"},
		{"A large report: two of finance, then a director", 7000, time.Hour, []step{
			{"decide", `{"as": "fay", "choice": "approve"}`, http.StatusForbidden}, // not yet
			{"decide", `{"as": "ann", "choice": "approve"}`, http.StatusOK},
			{"decide", `{"as": "bob", "choice": "approve"}`, http.StatusOK},
			{"decide", `{"as": "fay", "choice": "approve"}`, http.StatusOK},
		}, approval.Approved, "7000 euros to eve"},
		{"A forgotten report: others are asked, all are reminded, and time is up", 420, 3 * time.Second, nil, approval.Expired, ""},
	}
}

// play plays all scenes. It fails when one of them does not end as it must.
func (p *program) play(ctx context.Context, all []scene) error {
	for _, s := range all {
		p.say("--- %s", s.title)
		result, err := p.submit(ctx, Submission{Report: newReport(s.euros), Rules: rules(s.deadline)}, s.perform)
		switch {
		case err != nil:
			return err
		case result.State != s.state || result.Receipt != s.receipt:
			return fmt.Errorf("the report is %s with the receipt %q, and was to be %s with %q", result.State, result.Receipt, s.state, s.receipt)
		}
	}
	return nil
}

// perform sends the requests of a scene, through the API like anybody else.
func (s scene) perform(ctx context.Context, _ *API, url string) error {
	for _, step := range s.steps {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/"+step.path, strings.NewReader(step.body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode != step.status {
			return fmt.Errorf("the answer to %s is %s, and was to be %d", step.body, response.Status, step.status)
		}
	}
	return nil
}
