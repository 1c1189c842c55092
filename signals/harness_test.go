package signals_test

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A fakeClient records what is sent and answers with err. Queries go to env.
type fakeClient struct {
	err     error
	sent    []any
	updated client.UpdateWorkflowOptions
	env     *testsuite.TestWorkflowEnvironment
}

func (f *fakeClient) SignalWorkflow(_ context.Context, workflowID, runID, name string, arg any) error {
	f.sent = append(f.sent, workflowID, runID, name, arg)
	return f.err
}

func (f *fakeClient) SignalWithStartWorkflow(_ context.Context, workflowID, name string, arg any,
	options client.StartWorkflowOptions, workflow any, args ...any,
) (client.WorkflowRun, error) {
	f.sent = append(f.sent, workflowID, name, arg, options.TaskQueue, workflow, args)
	return nil, f.err
}

func (f *fakeClient) UpdateWorkflow(_ context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	f.updated = options
	return doneUpdate{}, f.err
}

func (f *fakeClient) QueryWorkflow(_ context.Context, _, _, query string, args ...any) (converter.EncodedValue, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.env.QueryWorkflow(query, args...)
}

// doneUpdate is the handle of an update that was answered with "done".
type doneUpdate struct{ client.WorkflowUpdateHandle }

func (doneUpdate) Get(_ context.Context, out any) error {
	*out.(*string) = "done"
	return nil
}

// wireState is a ContinueState as it is sent.
type wireState struct {
	Version int `json:"v"`
	Signals []struct {
		Name     string        `json:"name"`
		Messages []wireMessage `json:"messages"`
		Seen     []byte        `json:"seen"`
	} `json:"signals"`
}

type wireMessage struct {
	Metadata map[string][]byte `json:"metadata"`
	Data     []byte            `json:"data"`
}

// sentState returns a state as it is sent.
func sentState(s signals.ContinueState) (w wireState) {
	data, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(data, &w)
	}
	if err != nil {
		//archtest:panic only tests call it
		panic(err)
	}
	return w
}

// state returns the state that was sent.
func (w wireState) state() (s signals.ContinueState) {
	data, err := json.Marshal(w)
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		//archtest:panic only tests call it
		panic(err)
	}
	return s
}

// addTo adds a channel to a selector, which it returns.
func addTo[T any](ctx workflow.Context, ch *signals.Channel[T], s workflow.Selector, f func(T)) workflow.Selector {
	if err := ch.AddTo(ctx, s, f); err != nil {
		//archtest:panic only tests call it
		panic(err)
	}
	return s
}

func idOf(i item) string { return i.ID }

type payment struct {
	Amount int `json:"amount"`
}

// UnmarshalJSON refuses a payment of nothing, as what is no payment at all.
func (p *payment) UnmarshalJSON(data []byte) error {
	type plain payment // without this method
	if err := json.Unmarshal(data, (*plain)(p)); err != nil {
		return err
	}
	if p.Amount <= 0 {
		return errors.New("amount must be positive")
	}
	return nil
}

var paid = signals.New[payment]("paid")

// timers counts the timers of a test run.
type timers struct{ started, canceled, fired int }

func watch(env *testsuite.TestWorkflowEnvironment) *timers {
	n := &timers{}
	env.SetOnTimerScheduledListener(func(string, time.Duration) { n.started++ })
	env.SetOnTimerCanceledListener(func(string) { n.canceled++ })
	env.SetOnTimerFiredListener(func(string) { n.fired++ })
	return n
}

// at sends a signal at a virtual time after the start of the run.
func at(env *testsuite.TestWorkflowEnvironment, after time.Duration, arg any) {
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(paid.Name(), arg) }, after)
}

func disconnected(ctx workflow.Context) workflow.Context {
	d, _ := workflow.NewDisconnectedContext(ctx)
	return d
}
