package service

import (
	"context"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const (
	maxBody  = 4 << 10
	patience = 3 * time.Second  // for a worker to answer
	within   = 10 * time.Second // a request ends, also when no server answers
)

// WorkflowID is that of the workflow of an order.
func WorkflowID(order string) string { return "order-" + order }

type api struct {
	client client.Client
	Config
}

// NewAPI returns the handler of orders:
//
//	POST   /orders             {"id": "o-7", "cents": 420000, "items": 2} starts one; again: changes nothing
//	GET    /orders/{id}        where it stands
//	POST   /orders/{id}/items  {"id": "i-1"} says that a part is there; again: changes nothing
//	DELETE /orders/{id}        asks for its cancellation
//	       /approvals/         people decide, see approvalhttp
//
// The sender of a request is the one that o.Identify returns. Browsers may not send them
// from the pages of others.
func NewAPI(c client.Client, o Config) (http.Handler, error) {
	people, err := approvalclient.New(c, approvalclient.Options{UpdateTimeout: patience})
	if err != nil {
		return nil, err
	}
	decide, err := approvalhttp.NewHandler(people, approvalhttp.Options{
		Authenticate: o.Identify, Authorize: mayLook, Logger: o.Log,
	})
	if err != nil {
		return nil, err
	}
	a := api{c, o}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", a.known(a.start))
	mux.HandleFunc("GET /orders/{id}", a.known(a.show))
	mux.HandleFunc("POST /orders/{id}/items", a.known(a.item))
	mux.HandleFunc("DELETE /orders/{id}", a.known(a.cancel))
	mux.Handle("/approvals/", http.StripPrefix("/approvals", decide))
	return http.NewCrossOriginProtection().Handler(mux), nil
}

// known lets in whom Identify knows.
func (a api) known(h func(http.ResponseWriter, *http.Request, policy.Actor) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, err := a.Identify(r)
		if err != nil {
			http.Error(w, "sign in first", http.StatusUnauthorized)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		a.answer(w, h(w, r, who))
	}
}
