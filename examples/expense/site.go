package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

// people are the users of the site with their groups. The groups come from here, never
// from a request.
var people = map[string][]string{
	"ann": {"finance"},
	"bob": {"finance", "sales"},
	"cid": {"controlling"},
	"dan": {"sales"},
	"eve": {"sales", "finance"},
	"fay": {"directors"},
}

// signIn returns the user of a request, without a password. That is for this
// demonstration only: use your sign-in.
func signIn(r *http.Request) (policy.Actor, error) {
	name, _, _ := r.BasicAuth()
	groups, known := people[name]
	if !known {
		return policy.Actor{}, errors.New("no user has that name")
	}
	return policy.Actor{ID: name, Groups: groups, Auth: "demo-directory"}, nil
}

// anyone lets every user look at every report. Yours would ask your own rules.
func anyone(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true }

// A site lets people decide: by its API, or by a link that they got by mail.
type site struct {
	approvals *approvalclient.Client
	links     *approvalhttp.Links
	url       string
	stop      func()
}

// newSite serves on a free port of this machine.
func newSite(ctx context.Context, approvals *approvalclient.Client, namespace string) (*site, error) {
	mux := http.NewServeMux()
	url, stop, err := loopback.Serve(ctx, mux)
	if err != nil {
		return nil, err
	}
	s := &site{approvals: approvals, url: url + "/approvals", stop: stop}
	handler, err := s.handler(namespace)
	if err != nil {
		stop()
		return nil, err
	}
	mux.Handle("/approvals/", http.StripPrefix("/approvals", handler))
	return s, nil
}

// handler makes the library's handler. The key of the links ends with the program: yours
// comes from your secret store, and all your servers share it.
func (s *site) handler(namespace string) (http.Handler, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	key, err := approvalkey.NewHMACKey("demo", secret)
	if err != nil {
		return nil, err
	}
	if s.links, err = approvalhttp.NewLinks(s.url, namespace, key); err != nil {
		return nil, err
	}
	return approvalhttp.NewHandler(s.approvals, approvalhttp.Options{Authenticate: signIn, Authorize: anyone, Links: s.links})
}

// link returns a link by which a person decides on the report as it is now. You would
// send it by mail, from the activity that gets the notices.
func (s *site) link(ctx context.Context, workflowID, person string) (string, error) {
	gate, err := s.approvals.Gate(ctx, approvalclient.Ref{WorkflowID: workflowID}, Gate)
	if err != nil {
		return "", err
	}
	return s.links.URL(approvalhttp.Link{
		WorkflowID: workflowID, Gate: Gate, Round: gate.Round, Digest: gate.Digest,
		Actor: person, Groups: people[person], Expires: time.Now().Add(time.Hour),
	})
}
