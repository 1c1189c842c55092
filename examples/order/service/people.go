package service

import (
	"errors"
	"net/http"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// people are who may sign in here, and their groups. The groups come from here,
// never from the request.
var people = map[string][]string{
	"cleo": {"sales"}, // takes the orders
	"sam":  {"sales"},
	"sue":  {"sales"},
	"ada":  {"accounts"},
}

// DemoSignIn takes everybody for who they say they are, by the name of HTTP's
// basic authentication, without a password. It is for demonstrations on your own
// machine; yours looks at a session, a token or a certificate.
func DemoSignIn(r *http.Request) (policy.Actor, error) {
	name, _, _ := r.BasicAuth()
	groups, known := people[name]
	if !known {
		return policy.Actor{}, errors.New("nobody here has that name")
	}
	return policy.Actor{ID: name, Groups: groups, Auth: "demo"}, nil
}

// mayLook lets those who have signed in look at the gates of orders, and at nothing
// else that the namespace has.
func mayLook(_ *http.Request, _ policy.Actor, ref approvalclient.Ref, _ string) bool {
	return strings.HasPrefix(ref.WorkflowID, WorkflowID(""))
}
