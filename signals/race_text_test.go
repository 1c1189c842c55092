package signals_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The error of a race goes into history, whatever its contenders have said.
func TestTextOfAllFailedIsBounded(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		failing := func(text string) func(workflow.Context) workflow.Future {
			return func(ctx workflow.Context) workflow.Future {
				f, settable := workflow.NewFuture(ctx)
				settable.SetError(errors.New(text))
				return f
			}
		}
		_, _, err := signals.Race(ctx, failing("no \xff"), failing(strings.Repeat("long ", 100_000)), failing(strings.Repeat("é", 100_000)))
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Less(t, len(app.Message()), 5_000)
		require.True(t, utf8.ValidString(app.Message()))
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
