// Package approvaltest drives approval gates in tests of your own workflows, in the SDK's
// test environment: it sends votes and changes at virtual times, and reads the results.
//
//	env := suite.NewTestWorkflowEnvironment()
//	d := approvaltest.New(t, env)
//	d.Approve(time.Hour, "expense", "ann", "finance")
//	d.Approve(26*time.Hour, "expense", "bob", "finance")
//	env.ExecuteWorkflow(Expense, report)
//	require.Empty(t, d.Refusals())
//	require.Equal(t, policy.StateApproved, d.Gate("expense").State)
//
// [Policy] tests a policy without a workflow.
//
// The environment runs validators and handlers as a server does. It does not restart workers,
// so votes that arrive while no worker runs are tested by the library, not here.
package approvaltest
