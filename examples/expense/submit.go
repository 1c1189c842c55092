package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// A submitted report has a workflow of that ID.
type submitted struct {
	id     string
	report Report
	ended  <-chan struct{}
}

// submit starts the workflow of a report, calls decide once its gate is open, and
// returns how it has ended.
func (p *program) submit(ctx context.Context, in Submission, decide func(context.Context, submitted) error) (Result, error) {
	id := "expense-" + in.Report.ID
	execution, err := p.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: p.queue}, "Expense", in)
	if err != nil {
		return Result{}, err
	}
	p.say("submitted  report %s of %s: workflow %s", in.Report.ID, in.Report.Employee, id)
	var result Result
	ended := make(chan error, 1)
	open, closed := context.WithCancel(ctx)
	defer closed()
	go func() {
		defer closed()
		ended <- execution.Get(ctx, &result)
	}()
	if gate, opened := p.opened(open, id); opened == nil && !gate.State.IsClosed() { // else it says below how it has ended
		err = decide(ctx, submitted{id, in.Report, open.Done()})
	}
	if err == nil {
		<-open.Done()
	}
	if ctx.Err() != nil || err != nil {
		return Result{}, errors.Join(err, abandon(ctx, p.client, execution))
	}
	if err := <-ended; err != nil {
		return Result{}, err
	}
	p.say("%-10s approvers: %v, receipt: %q", result.State, result.Approvers, result.Receipt)
	return result, nil
}

// opened asks until the workflow has opened its gate, which is a matter of
// milliseconds.
func (p *program) opened(ctx context.Context, id string) (approvalclient.GateStatus, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if gate, err := p.site.client.Gate(ctx, approvalclient.Ref{WorkflowID: id}, Gate); err == nil {
			return gate, nil
		}
		select {
		case <-ctx.Done():
			return approvalclient.GateStatus{}, fmt.Errorf("the gate did not open: %w", context.Cause(ctx))
		case <-tick.C: // not ready yet: ask again
		}
	}
}

// watch tells the votes of a run, whichever way they came, until it has ended and
// they are all told.
func (p *program) watch(ctx context.Context, r submitted) {
	told := map[string]bool{}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for last := false; !last; {
		select {
		case <-tick.C:
		case <-r.ended:
			last = true
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		gate, _ := p.site.client.Gate(ctx, approvalclient.Ref{WorkflowID: r.id}, Gate) // no answer: nothing new to tell
		cancel()
		for _, v := range gate.Votes {
			if key := v.Actor.ID + v.At.String(); !told[key] {
				told[key] = true
				p.say("decided    %s: %s, by %s", v.Actor.ID, because(string(v.Choice), v.Comment), v.Actor.Auth)
			}
		}
	}
}
