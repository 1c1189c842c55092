// Package patterns is the entry to a library of workflow patterns for Temporal workers
// written with go.temporal.io/sdk. The patterns are in packages of their own:
//
//   - approval: people decide, and the workflow waits for minutes or weeks.
//     approval/policy says as data whose votes count, approval/approvalclient votes and
//     reads from services, approval/approvalhttp is an HTTP API with pages and signed
//     links, approval/approvalkey signs votes, approval/approvaltest drives decisions in
//     tests.
//   - signals: typed signals, updates and queries, deadlines that can be moved, and
//     waits that lose no message. signals/signalstest sends messages in tests.
//   - retry: retry policies, and which failures of activities are retried.
//   - timeouts: timeout options, and budgets over several steps. timeouts/heartbeat is
//     for long activities, timeouts/lint finds mistakes in options.
//   - idempotency: activities take effect once, although workers crash. Stores are in
//     its subpackages.
//
// If a person must say yes or no, use approval. If a program sends events to a
// workflow, use signals. If you can poll instead of wait, use an activity: retry
// classifies its failures, idempotency keeps it from taking effect twice.
//
// [NewPlugin] installs the interceptors of all packages in a worker:
//
//	plugin, err := patterns.NewPlugin(patterns.Options{})
//	if err != nil {
//		return err
//	}
//	w := worker.New(c, "orders", worker.Options{Plugins: []worker.Plugin{plugin}})
//
// A worker without the plugin runs everything but signals.DeadlineHistoryOrder, and
// retries as the SDK does.
//
// The packages value, in this order: correctness (what history recorded first counts
// first, nothing acknowledged is lost, nothing counts twice), cost (no more history
// events, timers or coroutines than the best hand-written code), clarity (one obvious
// way, standard terms, errors that say what to do).
package patterns
