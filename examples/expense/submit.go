package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// patience is how long the API waits for the worker, which is in this program,
// before it queues a vote: a busy machine may be slow.
const patience = 30 * time.Second

// A program submits reports.
type program struct {
	client client.Client
	server *devserver.Server
	queue  string
	say    func(format string, args ...any)
}

// submit starts the workflow of a report, calls decide once its gate is open, and
// returns how it has ended.
func (p *program) submit(ctx context.Context, in Submission, decide func(context.Context, *API, string) error) (Result, error) {
	id := "expense-" + in.Report.ID
	execution, err := p.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: p.queue}, "Expense", in)
	if err != nil {
		return Result{}, err
	}
	p.say("submitted  report %s of %s: workflow %s", in.Report.ID, in.Report.Employee, id)
	api := &API{
		Client:     approval.NewClient(p.client, approval.ClientOptions{Patience: patience}),
		WorkflowID: id, Report: in.Report, Say: p.say,
	}
	var result Result
	ended := make(chan error, 1)
	open, closed := context.WithCancel(ctx)
	go func() {
		defer closed()
		ended <- execution.Get(ctx, &result)
	}()
	watched := api.watch(open)
	err = api.serve(ctx, func(url string) error {
		if gate, err := api.opened(open); err != nil || gate.State.IsClosed() {
			return nil // it has ended already, and says below how
		}
		return decide(ctx, api, url)
	}, open.Done())
	if ctx.Err() != nil || err != nil {
		closed()
		<-watched
		return Result{}, errors.Join(err, abandon(ctx, p.client, execution))
	}
	<-watched
	if err := <-ended; err != nil {
		return Result{}, err
	}
	p.say("%-10s approvers: %v, receipt: %q", result.State, result.Approvers, result.Receipt)
	return result, nil
}

// serve listens on a free port of this machine, out of reach for others, calls
// decide, and goes on until done.
func (a *API) serve(ctx context.Context, decide func(url string) error, done <-chan struct{}) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // ends with Shutdown
	}()
	if err = decide("http://" + listener.Addr().String()); err == nil {
		<-done
	}
	// Whoever decides last gets an answer before the program ends.
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = server.Shutdown(grace)
	<-served
	return err
}

// opened asks until the workflow has opened its gate, which is a matter of
// milliseconds.
func (a *API) opened(ctx context.Context) (approval.GateStatus, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := a.Client.Status(ctx, a.WorkflowID, "")
		if gate, ok := s.Gate(Gate); ok {
			return gate, nil
		}
		select {
		case <-ctx.Done():
			return approval.GateStatus{}, fmt.Errorf("the gate did not open: %w", context.Cause(ctx))
		case <-tick.C:
			_ = err // not ready yet: ask again
		}
	}
}

// watch tells the votes that do not come through this API, as those of the
// Temporal CLI, until the run has ended and they are all told.
func (a *API) watch(open context.Context) (done <-chan struct{}) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		told := map[string]bool{}
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for last := false; !last; {
			select {
			case <-tick.C:
			case <-open.Done():
				last = true
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(open), 2*time.Second)
			s, _ := a.Client.Status(ctx, a.WorkflowID, "") // no answer: nothing new to tell
			cancel()
			gate, _ := s.Gate(Gate)
			for _, v := range gate.Votes {
				if key := v.Actor.ID + v.At.String(); v.Actor.Auth != auth && !told[key] {
					told[key] = true
					a.Say("decided    %s: %s, by %s", v.Actor.ID, v.Choice, v.Actor.Auth)
				}
			}
		}
	}()
	return ended
}
