package signals

import "go.temporal.io/sdk/converter"

// A DeadlinePolicy decides about a message that history recorded after the timer of a
// deadline fired, and that reaches the workflow in the same workflow task, as happens
// after a worker was down. A message that was recorded before the timer fired is in
// time under both policies. Workflow code chooses, never the worker's configuration.
type DeadlinePolicy uint8

const (
	// DeadlineAcceptLate accepts every message that arrived before the workflow
	// observed the deadline. It is the default.
	DeadlineAcceptLate DeadlinePolicy = iota
	// DeadlineHistoryOrder accepts what history recorded before the timer fired,
	// and nothing else. It needs [NewInterceptor] on the worker: without it the
	// workflow task fails, and the run goes on by itself once a worker with it
	// takes over.
	DeadlineHistoryOrder
)

// Options tunes a [Channel]. The zero value works.
type Options struct {
	// DeadlinePolicy decides about messages that come with a deadline. Zero is
	// [DeadlineAcceptLate].
	DeadlinePolicy DeadlinePolicy
	// ContinueState takes what [NewContinueState] returned in the previous run. Give it
	// to every channel; each takes its own part.
	ContinueState ContinueState
	// MaxIDs limits how many message IDs are remembered to find duplicates,
	// when the signal has [Signal.WithID]. Zero is 10,000. [NewContinueState] may have
	// room for fewer, and takes at least the latest 1,000. A duplicate that comes
	// when its ID was forgotten is received again.
	MaxIDs int
	// OnDeadLetter receives, in workflow code, each message that cannot be used,
	// with its payload. It must be deterministic and must not block; use workflow.Go
	// for what takes time. A panic in it is logged, and the run goes on.
	OnDeadLetter func(DeadLetter, converter.RawValue)
}
