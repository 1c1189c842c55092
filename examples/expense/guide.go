package main

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// explain says how to decide by hand.
func (p *program) explain(_ context.Context, api *API, url string) error {
	o := p.server.ClientOptions
	if p.server.UI != "" {
		p.say("watch      %s/namespaces/%s/workflows/%s", p.server.UI, o.Namespace, api.WorkflowID)
	}
	p.say("decide     as one of %v; paste a line into another terminal:", names())
	for _, line := range []struct{ path, body string }{
		{"decide", `{"as": "ann", "choice": "approve"}`},
		{"decide", `{"as": "bob", "choice": "approve"}`},
		{"decide", `{"as": "fay", "choice": "approve"}`},
		{"decide", `{"as": "ann", "choice": "reject", "comment": "not this year"}`},
		{"decide", `{"as": "ann", "choice": "request-changes", "comment": "look at the ticket"}`},
		{"resubmit", `{"as": "eve", "euros": 90}`},
		{"decide", `{"as": "ann", "choice": "approve", "round": 2}`},
	} {
		p.say("  curl -s %s/%s -H 'Content-Type: application/json' -d '%s'", url, line.path, line.body)
	}
	p.say("  curl -s %s/status", url)
	p.say("or with the Temporal CLI:")
	p.say("  temporal workflow update execute --address %s --namespace %s --workflow-id %s --name %s --input %s",
		o.HostPort, o.Namespace, api.WorkflowID, approval.UpdateDecide,
		`'{"v": 1, "gate": "`+Gate+`", "id": "cli-1", "actor": {"id": "ann", "groups": ["finance"], "auth": "cli"}, "choice": "approve"}'`)
	return nil
}
