package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

// A site is where people decide: by its API, with curl, or by a link that they
// got, in a browser.
type site struct {
	client *approvalclient.Client
	links  *approvalhttp.Links
	url    string
	stop   func()
}

// newSite listens on a free port of this machine, out of reach for others.
func newSite(ctx context.Context, client *approvalclient.Client, namespace string) (*site, error) {
	s := &site{client: client}
	mux := http.NewServeMux()
	url, stop, err := loopback.Serve(ctx, mux)
	if err != nil {
		return nil, err
	}
	s.url, s.stop = url+"/approvals", stop
	handler, err := s.handler(namespace)
	if err != nil {
		stop() // nothing was served
		return nil, err
	}
	mux.Handle("/approvals/", http.StripPrefix("/approvals", handler))
	return s, nil
}

// handler is the library's, below /approvals/. The key of the links is as old as
// the program: yours comes from your secret store, and all your servers share it.
func (s *site) handler(namespace string) (http.Handler, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	key, err := approval.NewHMACKey("demo", secret)
	if err != nil {
		return nil, err
	}
	if s.links, err = approvalhttp.NewLinks(s.url, namespace, key); err != nil {
		return nil, err
	}
	return approvalhttp.NewHandler(s.client, approvalhttp.Options{Authenticate: signedIn, Authorize: anybody, Links: s.links})
}

// anybody of the demo may look at every report. Yours would ask who is concerned.
func anybody(*http.Request, approval.Actor, approvalclient.Ref, string) bool { return true }

// link is a link with which a person decides on the report as it is now. You
// would send it by mail, from the activity that gets the notices.
func (s *site) link(ctx context.Context, workflowID, person string) (string, error) {
	gate, err := s.client.Gate(ctx, approvalclient.Ref{WorkflowID: workflowID}, Gate)
	if err != nil {
		return "", err
	}
	return s.links.URL(approvalhttp.Link{
		WorkflowID: workflowID, Gate: Gate, Round: gate.Round, Digest: gate.Digest,
		Actor: person, Groups: people[person], Expires: time.Now().Add(time.Hour),
	})
}
