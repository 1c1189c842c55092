package migration_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/examples/recipes/migration"
)

func TestExpense(t *testing.T) {
	t.Parallel()
	report := migration.Report{ID: "r7", Employee: "eve", Cents: 4200}
	t.Run("a run that was opened before the change waits for the signal", func(t *testing.T) {
		t.Parallel()
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.OnGetVersion("gate", workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow("approve", true) }, time.Hour)
		env.ExecuteWorkflow(migration.Expense, report)
		var approved bool
		require.NoError(t, env.GetWorkflowResult(&approved))
		require.True(t, approved)
	})
	t.Run("a new run has a gate", func(t *testing.T) {
		t.Parallel()
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		d := approvaltest.New(t, env)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow("approve", true) }, time.Minute)
		d.Approve(time.Hour, "expense", "eve", "finance")
		d.Reject(2*time.Hour, "expense", "ann", "finance")
		env.ExecuteWorkflow(migration.Expense, report)
		var approved bool
		require.NoError(t, env.GetWorkflowResult(&approved))
		require.False(t, approved)
		require.Len(t, d.Refusals(), 1, "the requester")
	})
}
