package signalstest

import (
	"errors"
	"testing"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// SendAfter sends each of messages by a signal of its own, when so much virtual
// time has passed since the start of the workflow. A message that cannot be
// sent fails the test. Call it before ExecuteWorkflow.
func SendAfter[T any](t testing.TB, env *testsuite.TestWorkflowEnvironment, after time.Duration, s signals.Signal[T], messages ...T) {
	t.Helper()
	env.RegisterDelayedCallback(func() {
		for _, v := range messages {
			if err := s.Send(t.Context(), NewClient(env), signals.Ref{}, v); err != nil {
				t.Error(err)
			}
		}
	}, after)
}

// SendBatchAfter sends as [SendAfter] does, by a Batcher, in as few signals as possible.
func SendBatchAfter[T any](t testing.TB, env *testsuite.TestWorkflowEnvironment, after time.Duration, s signals.Signal[T], messages ...T) {
	t.Helper()
	env.RegisterDelayedCallback(func() {
		b := s.Batcher(NewClient(env), signals.Ref{})
		for _, v := range messages {
			if err := b.Add(t.Context(), v); err != nil {
				t.Error(err)
			}
		}
		if err := b.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	}, after)
}

// An Answer is what a workflow answers to an update.
type Answer[Out any] struct {
	out  Out
	err  error
	done bool
}

// Get returns the answer. Before there is one, which is at the latest when the
// workflow has ended, it returns an error.
func (a *Answer[Out]) Get() (Out, error) {
	if !a.done {
		return a.out, errors.New("signalstest: the workflow has not answered the update; look when it has had time to")
	}
	return a.out, a.err
}

// UpdateAfter sends in to the workflow when so much virtual time has passed
// since its start. An empty id is a random one. Call it before ExecuteWorkflow.
func UpdateAfter[In, Out any](env *testsuite.TestWorkflowEnvironment, after time.Duration, u signals.Update[In, Out], id string,
	in In,
) *Answer[Out] {
	a := &Answer[Out]{}
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(u.Name(), id, &testsuite.TestUpdateCallback{
			OnAccept: func() {},
			OnReject: func(err error) { a.err, a.done = err, true },
			OnComplete: func(out any, err error) {
				a.out, _ = out.(Out)
				a.err, a.done = err, true
			},
		}, in)
	}, after)
	return a
}
