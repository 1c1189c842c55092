package testenv_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

func noisy(ctx workflow.Context) error {
	workflow.GetLogger(ctx).Error("something happened", "Number", 7)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"message": "m"}).Counter("things").Inc(2)
	workflow.GetMetricsHandler(ctx).Counter("untagged").Inc(1)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"state": "done"}).Timer("time").Record(time.Minute)
	return nil
}

// The SDK's default logger would write to this output.
func ExampleNew() {
	env := testenv.New()
	env.ExecuteWorkflow(noisy)
	fmt.Println(env.GetWorkflowError())
	// Output: <nil>
}

func TestNewObserved(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	env.ExecuteWorkflow(noisy)
	require.Contains(t, observed.Logs(), `msg="something happened"`)
	require.EqualValues(t, 2, observed.Counter("things", "m"))
	require.Zero(t, observed.Counter("things", "other"))
	require.EqualValues(t, 1, observed.Counter("untagged", ""))
	require.Equal(t, []time.Duration{time.Minute}, observed.Timer("time", "done"))
	require.Len(t, observed.Lines("something happened"), 1)
}
