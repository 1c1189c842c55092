package main

import (
	"context"
	"fmt"
	"net/http"
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

func scenes() []scene {
	return []scene{
		{"A small report: nobody is asked", 40, time.Hour, nil, approval.StateApproved, "40 euros to eve"},
		{"A medium report: one of finance, who sends it back", 420, time.Hour, []step{
			{"eve", "decide", `"choice": "approve"`, http.StatusForbidden}, // her own
			{"ann", "decide", `"choice": "request-changes"`, http.StatusUnprocessableEntity},
			{"ann", "decide", `"choice": "request-changes", "comment": "the ticket says 390"`, http.StatusOK},
			{"bob", "decide", `"choice": "approve"`, http.StatusConflict},
			{"eve", "manage", "390", http.StatusOK},
			{"bob", "decide", `"choice": "approve"`, http.StatusPreconditionFailed}, // of which round?
			{"bob", "decide", `"choice": "approve", "round": 2`, http.StatusOK},
		}, approval.StateApproved, "390 euros to eve"},
		{"A large report: two of finance, then a director", 7000, time.Hour, []step{
			{"fay", "decide", `"choice": "approve"`, http.StatusForbidden}, // not yet
			{"ann", "decide", `"choice": "approve"`, http.StatusOK},
			{"bob", "link", "approve", http.StatusOK},
			{"fay", "link", "approve", http.StatusOK},
		}, approval.StateApproved, "7000 euros to eve"},
		{"A forgotten report: others are asked, all are reminded, and time is up", 420, 3 * time.Second, nil, approval.StateExpired, ""},
	}
}

// play plays all scenes. It fails when one of them does not end as it must.
func (p *program) play(ctx context.Context, all []scene) error {
	for _, s := range all {
		p.say("--- %s", s.title)
		result, err := p.submit(ctx, Submission{Report: newReport(s.euros), Rules: rules(s.deadline)}, func(ctx context.Context, r submitted) error {
			for _, step := range s.steps {
				if err := p.perform(ctx, r, step); err != nil {
					return err
				}
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case result.State != s.state || result.Receipt != s.receipt:
			return fmt.Errorf("the report is %s with the receipt %q, and was to be %s with %q", result.State, result.Receipt, s.state, s.receipt)
		}
	}
	return nil
}
