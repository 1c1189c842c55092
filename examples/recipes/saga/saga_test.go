package saga_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/examples/recipes/saga"
)

func TestBook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails  []string
		cancel bool
		want   []string
	}{
		"all steps": {want: []string{"BookFlight", "BookHotel", "Charge"}},
		"the last step fails": {
			fails: []string{"Charge"},
			want:  []string{"BookFlight", "BookHotel", "Charge", "Refund", "CancelHotel", "CancelFlight"},
		},
		"the first step fails": {fails: []string{"BookFlight"}, want: []string{"BookFlight", "CancelFlight"}},
		"a step and the activity that undoes it fail": {
			fails: []string{"BookHotel", "CancelHotel"},
			want:  []string{"BookFlight", "BookHotel", "CancelHotel", "CancelFlight"},
		},
		"the workflow is canceled": {cancel: true, want: []string{"BookFlight", "CancelFlight"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			var got []string
			for _, name := range []string{"BookFlight", "CancelFlight", "BookHotel", "CancelHotel", "Charge", "Refund"} {
				env.RegisterActivityWithOptions(func(context.Context, saga.Trip) error {
					got = append(got, name)
					if c.cancel && name == "BookFlight" {
						env.CancelWorkflow()
					}
					for _, f := range c.fails {
						if f == name {
							return temporal.NewNonRetryableApplicationError("it is refused", "Refused", nil)
						}
					}
					return nil
				}, activity.RegisterOptions{Name: name})
			}
			env.SetTestTimeout(10 * time.Second)
			env.ExecuteWorkflow(saga.Book, saga.Trip{ID: "t7"})
			require.Equal(t, c.want, got)
			require.Equal(t, c.fails == nil && !c.cancel, env.GetWorkflowError() == nil, "%v", env.GetWorkflowError())
			if len(c.fails) == 2 {
				require.ErrorContains(t, env.GetWorkflowError(), "CancelHotel of trip t7 failed for good, undo it by hand")
			}
		})
	}
}
