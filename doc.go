// Package patterns is the map of a library of workflow patterns for Temporal
// workers written with go.temporal.io/sdk. The patterns live in packages of
// their own; import the one that you need:
//
//   - approval: people decide and the workflow waits, for minutes or weeks.
//   - approval/policy: whose votes decide and how many are needed, as data.
//   - approval/approvalhttp: people decide over HTTP, and by signed links.
//   - idempotency: activities take effect once, whatever kills their workers.
//   - retry: which failures of activities are tried again, when, and until when.
//   - signals: typed messages into a workflow, and waits for them that lose
//     nothing, never hang on a bad message, and let history order decide.
//   - timeouts: time-outs that say what is meant, and time that several steps
//     have together.
//   - signals/signalstest: send these messages in your own tests.
//
// Use approval when a person has to say yes or no. Use signals when a program
// tells a workflow that something has happened. Use a plain activity when you
// can ask instead of wait, retry to say what its failures mean, and idempotency
// when it must not be done twice.
//
// [NewPlugin] gives a worker all that the packages need; a worker without it
// runs everything but signals.DeadlineHistoryOrder, and retries as the SDK does.
//
// All packages keep the same promises, in this order: correct (what history
// recorded first counts first, nothing acknowledged is lost, nothing counts
// twice), cheap (no history event, timer or coroutine beyond what the best
// hand-written code needs), clear (one obvious way, standard terms, errors
// that say what to do).
package patterns
