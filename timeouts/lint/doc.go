// Package lint finds timeout and retry options that a Temporal server rejects,
// or accepts with a surprising effect.
//
// A workflow without a close timeout fails its task forever, a deadline that has
// passed becomes a timeout of zero, which means no timeout, and a
// ScheduleToCloseTimeout as long as one attempt leaves no time for a retry. The
// server reports few of these mistakes. Here each is a [Finding] with a [Code].
//
// Check options in a test, or where they are made:
//
//	func TestOptions(t *testing.T) {
//		require.NoError(t, lint.Check(charge, lint.Options{}).Err())
//	}
//
// timeouts.Activity and the other constructors of package timeouts call [Check].
// [NewInterceptor] checks the options of everything that workflows start, and
// logs and counts the findings. patterns.NewPlugin installs it, and calls
// [CheckWorker] before a worker starts.
//
// # Codes
//
// Codes that begin with T are errors: the options do something other than they
// say, or the workflow hangs. Codes that begin with W are warnings. When options
// are meant as they are, list the code in [Options].Ignore, in
// [InterceptorOptions].Ignore for a whole worker, or with [WithOptions] for a part
// of a workflow.
//
// # Guarantees
//
//   - Options without an error are accepted by the server as they are.
//   - Each message names the field, the values, the effect and a remedy.
//   - The interceptor changes no command, unless InterceptorOptions.Fail is set for
//     a test. You can add it while workflows run.
//   - A budget that shortens options causes no finding about short timeouts.
//
// # Not guaranteed
//
//   - That the timeouts suit the work.
//   - Findings about options that a server or namespace overrides.
//
// # Cost
//
// No history events. Check takes about 0.2 µs for an activity. The metric
// temporal_patterns_timeout_findings counts findings by code.
package lint
