package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// validID keeps IDs readable in URLs, workflow IDs and file names.
var validID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// memoOrder names the memo field that keeps the order as it was sent.
const memoOrder = "order"

func (a api) start(w http.ResponseWriter, r *http.Request, who policy.Actor) error {
	o := orders.Order{Clerk: who.ID}
	if err := read(r, &o); err != nil {
		return err
	}
	if !validID.MatchString(o.ID) || o.Clerk != who.ID || o.Cents <= 0 || o.Items <= 0 {
		return refuse(http.StatusBadRequest, `send {"id": "o-7", "cents": 4200, "items": 2}, with an ID of at most 100 letters, `+
			`digits, "-" and "_", and more than 0 cents and items; the clerk must be the user who signed in`)
	}
	_, err := a.client.ExecuteWorkflow(r.Context(), client.StartWorkflowOptions{
		ID: WorkflowID(o.ID), TaskQueue: a.Queue,
		// One workflow for each order, as long as the namespace keeps closed workflows: a
		// caller without an answer sends the order again.
		WorkflowIDConflictPolicy:                 enums.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowIDReusePolicy:                    enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		Memo:                                     map[string]any{memoOrder: o},
		StaticSummary:                            fmt.Sprintf("order %s of %d.%02d euros", o.ID, o.Cents/100, o.Cents%100),
	}, orders.Name, orders.Input{Order: o, Terms: a.Terms(o)})
	var there *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &there) {
		err = a.same(r.Context(), o)
	}
	if err != nil {
		return err
	}
	return write(w, map[string]string{"workflow": WorkflowID(o.ID)})
}

// same refuses an order if another one has its ID.
func (a api) same(ctx context.Context, o orders.Order) error {
	d, err := a.client.DescribeWorkflow(ctx, WorkflowID(o.ID), "")
	if err != nil {
		return err
	}
	c := a.Temporal.DataConverter
	if c == nil {
		c = converter.GetDefaultDataConverter()
	}
	var first orders.Order
	if err := c.FromPayload(d.Memo.GetFields()[memoOrder], &first); err != nil {
		return err
	}
	if first != o {
		return refuse(http.StatusConflict, "there is another order of that ID; take a new ID, or look at /orders/"+o.ID)
	}
	return nil
}

func (a api) show(w http.ResponseWriter, r *http.Request, _ policy.Actor) error {
	ctx, cancel := context.WithTimeout(r.Context(), workerTimeout)
	defer cancel()
	result, err := orders.Progress.Get(ctx, a.client, signals.Ref{WorkflowID: WorkflowID(r.PathValue("id"))})
	if err != nil {
		return err
	}
	return write(w, result)
}

func (a api) item(_ http.ResponseWriter, r *http.Request, _ policy.Actor) error {
	var item orders.Item
	if err := read(r, &item); err != nil {
		return err
	}
	if !validID.MatchString(item.ID) {
		return refuse(http.StatusBadRequest, `send {"id": "i-1"}, with an ID of at most 100 letters, digits, "-" and "_"`)
	}
	err := orders.ItemReady.Send(r.Context(), a.client, signals.Ref{WorkflowID: WorkflowID(r.PathValue("id"))}, item)
	if errors.Is(err, signals.ReasonNoWorkflow) {
		return serviceerror.NewNotFound("")
	}
	return err
}

// cancel cancels the workflow, which undoes its steps and ends.
func (a api) cancel(w http.ResponseWriter, r *http.Request, _ policy.Actor) error {
	id := WorkflowID(r.PathValue("id"))
	d, err := a.client.DescribeWorkflow(r.Context(), id, "")
	if err != nil {
		return err
	}
	if d.Status != enums.WORKFLOW_EXECUTION_STATUS_RUNNING { // Temporal would accept it
		return refuse(http.StatusConflict, "the order has ended, and cannot be canceled any more; look at it by GET")
	}
	if err := a.client.CancelWorkflow(r.Context(), id, ""); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}
