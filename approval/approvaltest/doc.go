// Package approvaltest drives approval gates in tests of your own workflows, in
// the SDK's test environment: people vote at virtual times, and what came of it
// can be asked.
//
//	env := suite.NewTestWorkflowEnvironment()
//	people := approvaltest.New(t, env)
//	people.Approve(time.Hour, "expense", "ann", "finance")
//	people.Approve(26*time.Hour, "expense", "bob", "finance")
//	env.ExecuteWorkflow(Expense, report)
//	require.Empty(t, people.Refusals())
//	require.Equal(t, approval.StateApproved, people.Gate("expense").State)
//
// [Policy] tries a policy without any workflow.
//
// # What is not
//
// The environment runs validators and handlers as a server does, but not the ties
// of a worker that was down: those are the library's own tests.
package approvaltest
