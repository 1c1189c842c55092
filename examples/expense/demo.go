package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A demo runs the worker and the site, submits one report, and shows how people decide.
type demo struct {
	client     client.Client
	approvals  *approvalclient.Client
	site       *site
	id         string // of the report
	workflowID string // also names the task queue
	printf     func(format string, args ...any)
	stop       func()
}

// newDemo starts the worker and the site.
func newDemo(ctx context.Context, c client.Client, namespace string, out io.Writer) (*demo, error) {
	d := &demo{client: c, id: rand.Text()[:8], printf: printer(out)}
	d.workflowID = "expense-" + d.id
	var err error
	// The worker runs in this program, and on a busy machine it may answer late.
	if d.approvals, err = approvalclient.New(c, approvalclient.Options{UpdateTimeout: 30 * time.Second}); err != nil {
		return nil, err
	}
	w, err := newWorker(c, d.workflowID, &Activities{Printf: d.printf})
	if err != nil {
		return nil, err
	}
	if d.site, err = newSite(ctx, d.approvals, namespace); err != nil {
		return nil, err
	}
	d.stop = func() { d.site.stop(); w.Stop() }
	return d, w.Start()
}

// submit submits a report, shows how people decide, and prints the outcome.
func (d *demo) submit(ctx context.Context, euros int, simulated bool) error {
	report := Report{ID: d.id, Employee: "eve", Purpose: " train to the customer ", Euros: euros}
	execution, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: d.workflowID, TaskQueue: d.workflowID},
		Expense, Submission{Report: report, Rules: rules(10 * time.Minute)})
	if err != nil {
		return err
	}
	decide := d.explain
	if simulated {
		decide = d.simulate
	}
	err = decide(ctx)
	var result Result
	err = errors.Join(err, execution.Get(ctx, &result))
	if ctx.Err() != nil { // interrupted: without its worker the workflow would wait forever
		stopped := d.client.TerminateWorkflow(context.WithoutCancel(ctx), d.workflowID, "", "the example was interrupted")
		return errors.Join(fmt.Errorf("workflow %s is terminated", d.workflowID), stopped)
	}
	if err != nil {
		return err
	}
	d.printf("%-10s approvers: %v, receipt: %q", result.State, result.Approvers, result.Receipt)
	return nil
}

// simulate approves the report as people would, until it needs no more approvals.
func (d *demo) simulate(ctx context.Context) error {
	for _, name := range []string{"ann", "bob", "fay"} {
		if gate, err := d.opened(ctx); err != nil || gate.State.IsClosed() {
			return err
		}
		receipt, err := d.approvals.Decide(ctx, d.ref(), Gate, approvalclient.Vote{
			ID:     "form-" + name, // the same when the form is sent again
			Actor:  policy.Actor{ID: name, Groups: people[name], Auth: "demo-directory"},
			Choice: policy.ChoiceApprove,
		})
		if err != nil {
			return err
		}
		d.printf("decided    %s approves; the gate is %s and needs %d more", name, receipt.State, receipt.Missing)
	}
	return nil
}

// explain prints how to decide.
func (d *demo) explain(ctx context.Context) error {
	gate, err := d.opened(ctx)
	if err != nil || gate.State.IsClosed() {
		return err
	}
	d.printf("decide     as ann or bob of finance, or as the director fay; paste a line into another terminal:")
	for _, line := range []struct{ name, body string }{
		{"ann", `"choice": "approve"`},
		{"bob", `"choice": "approve"`},
		{"fay", `"choice": "approve"`},
		{"ann", `"choice": "reject", "comment": "not this year"`},
	} {
		d.printf(`  curl -s -u %s: %s/decide -H 'Content-Type: application/json' -d '{"workflow": %q, "gate": %q, %s}'`,
			line.name, d.site.url, d.workflowID, Gate, line.body)
	}
	for _, name := range []string{"ann", "bob", "fay"} {
		link, err := d.site.link(d.ref(), gate, name)
		if err != nil {
			return err
		}
		d.printf("or in a browser, by the link of %s:\n  %s", name, link)
	}
	return nil
}

// opened waits until the workflow has opened its gate, which takes milliseconds.
func (d *demo) opened(ctx context.Context) (approvalclient.GateStatus, error) {
	for {
		gate, err := d.approvals.Gate(ctx, d.ref(), Gate)
		if err == nil {
			return gate, nil
		}
		select {
		case <-ctx.Done():
			return gate, fmt.Errorf("the gate did not open: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (d *demo) ref() approvalclient.Ref { return approvalclient.Ref{WorkflowID: d.workflowID} }

// printer returns a function that prints one line at a time, with the time since now.
func printer(out io.Writer) func(format string, args ...any) {
	var mu sync.Mutex
	start := time.Now()
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
}
