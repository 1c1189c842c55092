package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// check compares what was promised with what is there, now that nothing moves.
func (r *rig) check(ctx context.Context) (findings, error) {
	votes := &finding{promise: votesCount}
	items := &finding{promise: itemsOnce}
	money := &finding{promise: paidOnce}
	ends := &finding{promise: allEnd}
	states := &finding{promise: asDecided}
	histories := &finding{promise: allReplay}
	ledger, parcels := r.partners.Payments.Ledger(), r.partners.Parcels()
	for _, p := range r.plans() {
		ended, result, err := r.result(ctx, p.order.ID)
		if err != nil {
			return nil, err
		}
		ends.see(unless(ended, "order %s has not ended: %s", p.order.ID, result.State))
		money.see(wrongMoney(p, ended, result, ledger[p.order.ID]))
		if result.State == unknown { // it has no history
			continue
		}
		wrong, err := r.replay(ctx, service.WorkflowID(p.order.ID))
		if err != nil {
			return nil, err
		}
		histories.see(wrong)
		if ended {
			states.see(wrongState(p, result, ledger[p.order.ID], parcels[p.order.ID]))
		}
		if ended && result.State != orders.Refused { // which waits for no items
			items.see(wrongItems(p.order.ID, result, r.book.items[p.order.ID]))
		}
	}
	for _, v := range r.book.votes {
		votes.see(r.wrongVote(ctx, v))
	}
	all := findings{votes, items, money, ends, states, histories}
	for _, f := range all {
		for _, what := range r.book.refused[f.promise] {
			f.see("it was refused: " + what)
		}
	}
	return all, nil
}

// unknown is the state of an order that the server does not know.
const unknown orders.State = "unknown to the server"

// result is how an order stands.
func (r *rig) result(ctx context.Context, id string) (ended bool, result orders.Result, err error) {
	d, err := r.client.DescribeWorkflowExecution(ctx, service.WorkflowID(id), "")
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing):
		result.State = unknown
		return false, result, nil
	case err != nil:
		return false, result, err
	}
	if d.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_COMPLETED {
		result.State = orders.State(strings.ToLower(d.GetWorkflowExecutionInfo().GetStatus().String()))
		return false, result, nil
	}
	return true, result, r.client.GetWorkflow(ctx, service.WorkflowID(id), "").Get(ctx, &result)
}

func unless(ok bool, format string, args ...any) string {
	if ok {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// wrongMoney looks at how often money was moved, and at what is left of it: the
// price of an order that is shipped, and nothing of one that is not.
func wrongMoney(p plan, ended bool, result orders.Result, e payments.Entry) string {
	want := map[orders.State][2]int{orders.Shipped: {1, 0}, orders.Refused: {0, 0}, orders.Refunded: {1, 1}}[result.State]
	often := [2]int{e.Charges, e.Refunds} == want
	if !ended {
		often = e.Charges <= 1 && e.Refunds <= e.Charges
	}
	left := int64(e.Charges-e.Refunds) * p.order.Cents
	return unless(often && e.Cents == left, "order %s of %d cents is %s, was charged %d times and paid back %d times, and %d cents are left",
		p.order.ID, p.order.Cents, result.State, e.Charges, e.Refunds, e.Cents)
}

func wrongState(p plan, result orders.Result, e payments.Entry, parcels int) string {
	want := p.state
	if strings.HasPrefix(p.order.ID, partners.Lost) && e.Charges == 0 {
		want = orders.Refused // no worker had the time to charge it
	}
	if (parcels > 0) != (want == orders.Shipped) {
		return fmt.Sprintf("order %s was to be %s, and %d parcels are on their way", p.order.ID, want, parcels)
	}
	return unless(result.State == want, "order %s is %s (%s), and was to be %s", p.order.ID, result.State, result.Why, want)
}

func wrongItems(id string, result orders.Result, told []string) string {
	got := slices.Sorted(slices.Values(result.Items))
	return unless(slices.Equal(got, told), "order %s has received %v, and was told %v", id, got, told)
}

// wrongVote looks for a vote in the audit of its gate.
func (r *rig) wrongVote(ctx context.Context, v decided) string {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var audit policy.Audit
	people, err := approvalclient.New(r.client, approvalclient.Options{})
	if err == nil {
		audit, err = people.Audit(ctx, approvalclient.Ref{WorkflowID: service.WorkflowID(v.order)}, v.gate)
	}
	if err == nil {
		err = audit.Verify()
	}
	if err != nil {
		return fmt.Sprintf("the audit of order %s cannot be had: %v", v.order, err)
	}
	n := 0
	for _, e := range audit.Entries {
		if e.Kind == "vote" && e.Actor == v.who && e.Choice == v.choice {
			n++
		}
	}
	return unless(n == 1, "the vote of %s on order %s was counted %d times", v.who, v.order, n)
}
