package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// check compares the promises with what the server and the partners hold at the end.
func (r *experiment) check(ctx context.Context) (findings, error) {
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
		ends.add(unless(ended, "order %s has not ended: %s", p.order.ID, result.State))
		money.add(wrongMoney(p, ended, result, ledger[p.order.ID]))
		if result.State == unknown { // without a history
			continue
		}
		wrong, err := r.replay(ctx, service.WorkflowID(p.order.ID))
		if err != nil {
			return nil, err
		}
		histories.add(wrong)
		if ended {
			states.add(wrongState(p, result, ledger[p.order.ID], parcels[p.order.ID]))
		}
		if ended && result.State != orders.StateRefused { // a refused order waits for no items
			items.add(wrongItems(p.order.ID, result, r.record.items[p.order.ID]))
		}
	}
	for _, v := range r.record.votes {
		votes.add(r.wrongVote(ctx, v))
	}
	all := findings{votes, items, money, ends, states, histories}
	for _, f := range all {
		for _, what := range r.record.refused[f.promise] {
			f.add("the API refused it: " + what)
		}
	}
	return all, nil
}

// unknown marks an order that the server does not know.
const unknown orders.State = "unknown to the server"

// result returns whether an order has ended, and how.
func (r *experiment) result(ctx context.Context, id string) (ended bool, result orders.Result, err error) {
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

// wrongMoney checks how often money moved and what remains charged: the price of a
// shipped order, and nothing of any other.
func wrongMoney(p plan, ended bool, result orders.Result, e payments.Entry) string {
	want := map[orders.State][2]int{orders.StateShipped: {1, 0}, orders.StateRefused: {0, 0}, orders.StateRefunded: {1, 1}}[result.State]
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
	if strings.HasPrefix(p.order.ID, partners.PrefixLost) && e.Charges == 0 {
		want = orders.StateRefused // no worker had time to charge it
	}
	if (parcels > 0) != (want == orders.StateShipped) {
		return fmt.Sprintf("order %s was to be %s, and %d parcels are on their way", p.order.ID, want, parcels)
	}
	return unless(result.State == want, "order %s is %s (%s), and was to be %s", p.order.ID, result.State, result.Why, want)
}

func wrongItems(id string, result orders.Result, reported []string) string {
	got := slices.Sorted(slices.Values(result.Items))
	return unless(slices.Equal(got, reported), "order %s received %v, and %v were reported", id, got, reported)
}

// wrongVote checks that the audit of the gate has the vote once.
func (r *experiment) wrongVote(ctx context.Context, v acknowledgedVote) string {
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
		return fmt.Sprintf("the audit of order %s cannot be read: %v", v.order, err)
	}
	n := 0
	for _, e := range audit.Entries {
		if e.Kind == "vote" && e.Actor == v.who && e.Choice == v.choice {
			n++
		}
	}
	return unless(n == 1, "the vote of %s on order %s was counted %d times", v.who, v.order, n)
}

// replay replays the history of a workflow and returns what is wrong with it. An error
// means that the history cannot be read.
func (r *experiment) replay(ctx context.Context, id string) (wrong string, err error) {
	h := &history.History{}
	events := r.client.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return "", err
		}
		if e.GetWorkflowTaskFailedEventAttributes().GetCause() == enums.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR {
			wrong = fmt.Sprintf("%s: event %d is a workflow task that failed as not deterministic", id, e.GetEventId())
		}
		h.Events = append(h.Events, e)
	}
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return "", err
	}
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Plugins: []worker.Plugin{plugin}})
	if err != nil {
		return "", err
	}
	replayer.RegisterWorkflowWithOptions(orders.Process, workflow.RegisterOptions{Name: orders.Name})
	if err := replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), h); err != nil {
		return fmt.Sprintf("%s does not replay: %v", id, err), nil
	}
	return wrong, nil
}
