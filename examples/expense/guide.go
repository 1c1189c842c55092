package main

import (
	"context"
	"encoding/json"
	"fmt"
)

// explain says how to decide by hand, and then what was decided.
func (p *program) explain(ctx context.Context, r submitted) error {
	o := p.server.ClientOptions
	if p.server.UI != "" {
		p.say("watch      %s/namespaces/%s/workflows/%s", p.server.UI, o.Namespace, r.id)
	}
	gate := fmt.Sprintf(`"workflow": %q, "gate": %q`, r.id, Gate)
	p.say("decide     as ann or bob of finance, eve who asks, or fay who is a director; paste a line into another terminal:")
	for _, line := range []struct{ who, path, body string }{
		{"ann", "decide", `"choice": "approve"`},
		{"bob", "decide", `"choice": "approve"`},
		{"fay", "decide", `"choice": "approve"`},
		{"ann", "decide", `"choice": "reject", "comment": "not this year"`},
		{"ann", "decide", `"choice": "request-changes", "comment": "look at the ticket"`},
		{"eve", "manage", `"action": "resubmit", "subject": ` + r.report.corrected(90)},
		{"ann", "decide", `"choice": "approve", "round": 2`},
	} {
		p.say("  curl -s -u %s: %s/%s -H 'Content-Type: application/json' -d '{%s, %s}'", line.who, p.site.url, line.path, gate, line.body)
	}
	p.say("  curl -s -u ann: '%s/gate?workflow=%s&gate=%s'", p.site.url, r.id, Gate)
	for _, who := range []string{"ann", "fay"} {
		link, err := p.site.link(ctx, r.id, who)
		if err != nil {
			return err
		}
		p.say("or in a browser, by the link that %s got:", who)
		p.say("  %s", link)
	}
	p.say("or with the Temporal CLI:")
	p.say("  temporal workflow update execute --address %s --namespace %s --workflow-id %s --name %s --input %s",
		o.HostPort, o.Namespace, r.id, "approval.decide",
		`'{"v": 1, "gate": "`+Gate+`", "id": "cli-1", "actor": {"id": "ann", "groups": ["finance"], "auth": "cli"}, "choice": "approve"}'`)
	p.watch(ctx, r)
	return nil
}

// corrected is the report with another amount, as JSON.
func (r Report) corrected(euros int) string {
	r.Euros = euros
	data, _ := json.Marshal(r) // of texts and a number
	return string(data)
}
