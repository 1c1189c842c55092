package service

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const (
	maxBody        = 4 << 10
	workerTimeout  = 3 * time.Second  // for an answer of a worker
	requestTimeout = 10 * time.Second // for a request, also when no server answers
)

// WorkflowID returns the ID of the workflow of an order.
func WorkflowID(order string) string { return "order-" + order }

type api struct {
	client client.Client
	Config
}

// NewAPI returns the handler of orders:
//
//	POST   /orders             {"id": "o-7", "cents": 420000, "items": 2} starts an order
//	GET    /orders/{id}        returns where it stands
//	POST   /orders/{id}/items  {"id": "i-1"} reports an item
//	DELETE /orders/{id}        asks for the cancellation
//	       /approvals/         people decide, see approvalhttp
//
// Sending a request again changes nothing. o.Identify returns the sender of a request.
// Requests from web pages of another origin are refused.
func NewAPI(c client.Client, o Config) (http.Handler, error) {
	people, err := approvalclient.New(c, approvalclient.Options{UpdateTimeout: workerTimeout})
	if err != nil {
		return nil, err
	}
	decide, err := approvalhttp.NewHandler(people, approvalhttp.Options{
		Authenticate: o.Identify, Authorize: maySee, Logger: o.Log,
	})
	if err != nil {
		return nil, err
	}
	a := api{c, o}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", a.signedIn(a.start))
	mux.HandleFunc("GET /orders/{id}", a.signedIn(a.show))
	mux.HandleFunc("POST /orders/{id}/items", a.signedIn(a.item))
	mux.HandleFunc("DELETE /orders/{id}", a.signedIn(a.cancel))
	mux.Handle("/approvals/", http.StripPrefix("/approvals", decide))
	return http.NewCrossOriginProtection().Handler(mux), nil
}

// signedIn calls h for requests whose sender Identify knows.
func (a api) signedIn(h func(http.ResponseWriter, *http.Request, policy.Actor) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := a.Identify(r)
		if err != nil {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		a.answer(w, h(w, r, who))
	}
}

// people lists the users of the demonstration and their groups. Groups come from here, never
// from a request.
var people = map[string][]string{
	"cleo": {"sales"}, // takes the orders
	"sam":  {"sales"},
	"sue":  {"sales"},
	"ada":  {"accounts"},
}

// DemoSignIn returns the user that HTTP's basic authentication names, without a password.
// Replace it: check a session, a token or a certificate.
func DemoSignIn(r *http.Request) (policy.Actor, error) {
	name, _, _ := r.BasicAuth()
	groups, known := people[name]
	if !known {
		return policy.Actor{}, errors.New("no user has that name")
	}
	return policy.Actor{ID: name, Groups: groups, Auth: "demo"}, nil
}

// maySee lets users see the gates of orders, and nothing else in the namespace.
func maySee(_ *http.Request, _ policy.Actor, ref approvalclient.Ref, _ string) bool {
	return strings.HasPrefix(ref.WorkflowID, WorkflowID(""))
}
