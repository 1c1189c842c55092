// Package signalstest sends messages of package signals to a workflow in the
// SDK's test environment, the way real senders do, at virtual times.
//
//	env := suite.NewTestWorkflowEnvironment()
//	signalstest.SendAfter(t, env, 47*time.Hour, Paid, Payment{Amount: 20})
//	env.ExecuteWorkflow(Order, in)
//
// For everything else [NewClient] stands in for a client: Signal.Send,
// Signal.Status, Signal.Batcher and Query.Ask take it. A workflow that asks for
// signals.DeadlineHistoryOrder needs the interceptor in the test environment too:
//
//	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{signals.NewInterceptor()}})
//
// The test environment drops a signal that is sent when the workflow has ended;
// [Client] refuses it as a server does.
package signalstest
