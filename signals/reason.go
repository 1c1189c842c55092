package signals

import "github.com/temporal-patterns/temporal-patterns/internal/apperr"

// A Reason says why a call of this package failed. It is an error:
// errors.Is(err, signals.ReasonNoWorkflow) holds for what this process got from
// this package. After an error has crossed from one workflow, activity or client
// to another, use [ReasonOf]. On the wire a reason is the type of a
// temporal.ApplicationError: "signals." and the reason.
type Reason string

// The reasons.
const (
	// ReasonTooLarge: the message is over 256 KB, or gRPC has refused it, or its
	// answer, for its size, as when a codec makes it larger. Store the data and
	// send its key. Not retryable.
	ReasonTooLarge Reason = "TooLarge"
	// ReasonMalformed: what was sent cannot be decoded or is not valid; or it was
	// not sent, because every receiver would refuse it. Not retryable.
	ReasonMalformed Reason = "Malformed"
	// ReasonNoWorkflow: no run of that ID is open, or to query: none exists.
	ReasonNoWorkflow Reason = "NoWorkflow"
	// ReasonRefused: the server has refused the call, and nothing was recorded.
	// The cause says why.
	ReasonRefused Reason = "Refused"
	// ReasonOutcomeUnknown: the call failed, and the message may have been
	// delivered. Send it again if it has an ID or does no harm twice. Of all
	// failures this is the one for which that makes sense.
	ReasonOutcomeUnknown Reason = "OutcomeUnknown"
	// ReasonNoAnswer: a query was not answered. It changes nothing, so it can be
	// asked again.
	ReasonNoAnswer Reason = "NoAnswer"
	// ReasonNotMoved: a [Deadline] was not extended, shortened or paused, because
	// it has passed, was stopped, or would be later than its limit. Not retryable.
	ReasonNotMoved Reason = "NotMoved"
	// ReasonStopped: a wait until a [Deadline] that was stopped before it passed.
	// Not retryable.
	ReasonStopped Reason = "Stopped"
	// ReasonAllFailed: no contender of a [Race] has succeeded. Retryable unless
	// every failure is non-retryable.
	ReasonAllFailed Reason = "AllFailed"
	// ReasonMisuse: the program uses this package in a way that cannot work, such
	// as two channels of one signal. Not retryable.
	ReasonMisuse Reason = "Misuse"
)

// Error returns the reason as it is on the wire.
func (r Reason) Error() string { return "signals." + string(r) }

// ReasonOf returns the reason of the nearest error of this package in err's tree,
// and reports whether there is one. It answers alike in a workflow, its parent, an
// activity and a client.
func ReasonOf(err error) (Reason, bool) { return apperr.ReasonOf[Reason](err) }
