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

// people lists the users of the site with their groups. Groups come from here, never from a
// request.
var people = map[string][]string{
	"ann": {"finance"},
	"bob": {"finance", "sales"},
	"cid": {"controlling"},
	"dan": {"sales"},
	"eve": {"sales", "finance"},
	"fay": {"directors"},
}

// signIn returns the user of a request, without a password. Use your own sign-in instead.
func signIn(r *http.Request) (policy.Actor, error) {
	name, _, _ := r.BasicAuth()
	groups, known := people[name]
	if !known {
		return policy.Actor{}, errors.New("no user has that name")
	}
	return policy.Actor{ID: name, Groups: groups, Auth: "demo-directory"}, nil
}

// anyone lets every user see every report. Apply your own rules instead.
func anyone(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true }

// A site lets people decide by its API, or by a signed link that they get by mail.
type site struct {
	links *approvalhttp.Links
	url   string
	stop  func()
}

// newSite serves the library's handler on a free port of this machine. Its key ends with the
// program: take yours from a secret store, and give it to all your servers.
func newSite(ctx context.Context, approvals *approvalclient.Client, namespace string) (*site, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	key, err := approvalkey.NewHMACKey("demo", secret)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	url, stop, err := loopback.Serve(ctx, mux)
	if err != nil {
		return nil, err
	}
	s := &site{url: url + "/approvals", stop: stop}
	if s.links, err = approvalhttp.NewLinks(s.url, namespace, key); err != nil {
		stop()
		return nil, err
	}
	handler, err := approvalhttp.NewHandler(approvals, approvalhttp.Options{Authenticate: signIn, Authorize: anyone, Links: s.links})
	if err != nil {
		stop()
		return nil, err
	}
	mux.Handle("/approvals/", http.StripPrefix("/approvals", handler))
	return s, nil
}

// link returns a link by which a person decides on the report in its current version. Send
// yours by mail, from the activity that gets the notices.
func (s *site) link(ref approvalclient.Ref, gate approvalclient.GateStatus, person string) (string, error) {
	return s.links.URL(approvalhttp.Link{
		WorkflowID: ref.WorkflowID, Gate: Gate, Round: gate.Round, Digest: gate.Digest,
		Actor: person, Groups: people[person], Expires: time.Now().Add(time.Hour),
	})
}
