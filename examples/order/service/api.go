package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/signals"
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
//	DELETE /orders/{id}        cancels it
//	       /approvals/         people decide, see approvalhttp
//
// Whoever has sent a request is who o.Identify says.
func NewAPI(c client.Client, o Config) (http.Handler, error) {
	decide, err := approvalhttp.NewHandler(approval.NewClient(c, approval.ClientOptions{Patience: patience}), approvalhttp.Options{
		Identify: o.Identify, Logger: o.Log,
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
	return mux, nil
}

// known lets in whom Identify knows.
func (a api) known(h func(http.ResponseWriter, *http.Request, approval.Actor) error) http.HandlerFunc {
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

func (a api) start(w http.ResponseWriter, r *http.Request, who approval.Actor) error {
	o := orders.Order{Clerk: who.ID}
	if err := read(r, &o); err != nil {
		return err
	}
	if o.ID == "" || o.Clerk != who.ID || o.Cents <= 0 || o.Items <= 0 {
		return bad(`send {"id": "o-7", "cents": 4200, "items": 2}, with an ID and more than 0 cents and items; the clerk is who has signed in`)
	}
	_, err := a.client.ExecuteWorkflow(r.Context(), client.StartWorkflowOptions{
		ID: WorkflowID(o.ID), TaskQueue: a.Queue,
		// One workflow for an order, ever: whoever has had no answer asks again.
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            fmt.Sprintf("order %s of %d.%02d euros", o.ID, o.Cents/100, o.Cents%100),
	}, orders.Name, orders.Input{Order: o, Terms: a.Terms(o)})
	var there *serviceerror.WorkflowExecutionAlreadyStarted
	if err != nil && !errors.As(err, &there) {
		return err
	}
	return write(w, map[string]string{"workflow": WorkflowID(o.ID)})
}

func (a api) show(w http.ResponseWriter, r *http.Request, _ approval.Actor) error {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	result, err := orders.Progress.Ask(ctx, a.client, WorkflowID(r.PathValue("id")), "")
	if err != nil {
		return err
	}
	return write(w, result)
}

func (a api) item(w http.ResponseWriter, r *http.Request, _ approval.Actor) error {
	var item orders.Item
	if err := read(r, &item); err != nil {
		return err
	}
	if item.ID == "" {
		return bad(`send {"id": "i-1"}`)
	}
	err := orders.ItemReady.Send(r.Context(), a.client, WorkflowID(r.PathValue("id")), "", item)
	if errors.Is(err, signals.ErrNoWorkflow) {
		return serviceerror.NewNotFound("")
	}
	return err
}

func (a api) cancel(_ http.ResponseWriter, r *http.Request, _ approval.Actor) error {
	return a.client.CancelWorkflow(r.Context(), WorkflowID(r.PathValue("id")), "")
}

func read(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return bad("the body cannot be read as JSON: " + err.Error())
	}
	return nil
}

func write(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
