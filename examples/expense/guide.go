package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// serve listens on a free port of this machine, out of reach for others.
func (a *API) serve(ctx context.Context) (stop func(), url string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	stop = func() {
		// Whoever decides last gets an answer before the program ends.
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
		<-done
	}
	return stop, "http://" + listener.Addr().String(), nil
}

// decideBy waits until the gate is open and says how to decide, or plays the
// approvers.
func (a *API) decideBy(ctx context.Context, o options, url string, server *devserver.Server, say func(string, ...any)) error {
	gate, err := a.opened(ctx)
	if err != nil {
		return err
	}
	say("waiting    for %d of %s until %s", gate.Need, gate.Group, gate.Deadline.Local().Format(time.TimeOnly))
	if server.UI != "" {
		say("watch      %s/namespaces/%s/workflows/%s", server.UI, server.ClientOptions.Namespace, a.WorkflowID)
	}
	if !o.auto {
		a.explain(url, server, say)
		return nil
	}
	for _, who := range append([]string{"eve"}, approvers()[:o.approvers]...) { // eve's own report: refused
		if err := post(ctx, url, who); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) explain(url string, server *devserver.Server, say func(string, ...any)) {
	say("decide     as one of %v; paste a line into another terminal:", approvers())
	for i, choice := range []approval.Choice{approval.Approve, approval.Approve, approval.Reject} {
		say("  curl -s %s/decide -H 'Content-Type: application/json' -d '{\"as\": %q, \"choice\": %q}'", url, approvers()[i], choice)
	}
	say("  curl -s %s/status", url)
	say("or with the Temporal CLI:")
	say("  temporal workflow update execute --address %s --namespace %s --workflow-id %s --name %s --input %s",
		server.ClientOptions.HostPort, server.ClientOptions.Namespace, a.WorkflowID, approval.UpdateDecide,
		`'{"v": 1, "gate": "`+Gate+`", "id": "cli-1", "actor": {"id": "ann", "groups": ["finance"], "auth": "cli"}, "choice": "approve"}'`)
}

// opened asks until the workflow has opened its gate, which is a matter of
// milliseconds.
func (a *API) opened(ctx context.Context) (approval.GateStatus, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := a.Client.Status(ctx, a.WorkflowID, "")
		if gate, ok := s.Gate(Gate); ok {
			return gate, nil
		}
		select {
		case <-ctx.Done():
			return approval.GateStatus{}, fmt.Errorf("the gate did not open: %w", context.Cause(ctx))
		case <-tick.C:
			_ = err // not ready yet: ask again
		}
	}
}

// watch tells the votes that do not come through this API, as those of the
// Temporal CLI, until the run has ended and they are all told.
func (a *API) watch(open context.Context) (told <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for last := false; !last; {
			select {
			case <-tick.C:
			case <-open.Done():
				last = true
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(open), 2*time.Second)
			s, _ := a.Client.Status(ctx, a.WorkflowID, "") // no answer: nothing new to tell
			cancel()
			gate, _ := s.Gate(Gate)
			for _, v := range gate.Votes {
				a.tell(v.Actor.ID, v.Choice, ", by "+v.Actor.Auth)
			}
		}
	}()
	return done
}

// approvers are the members of finance who may decide on eve's report.
func approvers() []string {
	var who []string
	for _, name := range slices.Sorted(maps.Keys(people)) {
		if name != "eve" && slices.Contains(people[name], "finance") {
			who = append(who, name)
		}
	}
	return who
}

// post approves as somebody, through the API like anybody else.
func post(ctx context.Context, url, who string) error {
	body, err := json.Marshal(map[string]string{"as": who, "choice": "approve"})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/decide", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
