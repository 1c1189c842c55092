package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// nothing is a type without content of the user's own.
type nothing struct{}

// A signal or update without content may come without a payload, as senders in
// other languages, the CLI and the Web UI send it.
func TestNoContentIsReceived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent    any
		receive func(workflow.Context, signals.ContinueState) (bool, error)
	}{
		"nil":          {nil, got[struct{}]},
		"null":         {[]int(nil), got[struct{}]},
		"{}":           {struct{}{}, got[struct{}]},
		"a named type": {nil, got[nothing]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("finish", c.sent) }, time.Minute)
			env.ExecuteWorkflow(c.receive, signals.ContinueState{})
			var ok bool
			require.NoError(t, env.GetWorkflowResult(&ok))
			require.True(t, ok)
		})
		t.Run(name+", carried", func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("finish", c.sent) }, time.Minute)
			env.ExecuteWorkflow(func(ctx workflow.Context) (signals.ContinueState, error) {
				ch := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
				err := workflow.Sleep(ctx, time.Hour)
				carried, ok := signals.NewContinueState(ctx, ch)
				require.True(t, ok)
				return carried, err
			})
			var carried signals.ContinueState
			require.NoError(t, env.GetWorkflowResult(&carried))
			env = testenv.New()
			env.ExecuteWorkflow(c.receive, carried)
			var ok bool
			require.NoError(t, env.GetWorkflowResult(&ok))
			require.True(t, ok)
		})
	}
	t.Run("an update without an argument", func(t *testing.T) {
		t.Parallel()
		env, a := testenv.New(), &answer{}
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow("finish", "1", a) }, time.Minute)
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			done := false
			u := signals.NewUpdate[struct{}, string]("finish")
			err := u.Handle(ctx, nil, func(workflow.Context, struct{}) (string, error) { done = true; return "done", nil })
			return errors.Join(err, workflow.Await(ctx, func() bool { return done || a.err != nil }))
		})
		require.NoError(t, env.GetWorkflowError())
		require.NoError(t, a.err)
	})
}

type answer struct{ err error }

func (*answer) Accept()                     {}
func (a *answer) Reject(err error)          { a.err = err }
func (a *answer) Complete(_ any, err error) { a.err = err }

func got[T any](ctx workflow.Context, carried signals.ContinueState) (bool, error) {
	_, ok, err := signals.New[T]("finish").Channel(ctx, signals.Options{ContinueState: carried}).ReceiveWithTimeout(ctx, time.Hour)
	return ok, err
}
