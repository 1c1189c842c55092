package intervention

// typePrefix is part of the type of each activity that Register registers. With a type of its
// own, a call of Execute can never reach an activity that is not registered here and would read
// the call as its input.
const typePrefix = "intervention."

// A step is what one execution of the activity does.
type step string

const (
	stepRun     step = ""        // do the work
	stepInspect step = "inspect" // return what the record knows
	stepRetry   step = "retry"   // people say that work which needs review had no effect; do it
	stepResolve step = "resolve" // finish the record with a result
	stepGiveUp  step = "give-up" // finish the record with a failure
)

// A call is the input of the activity.
type call[In, Out any] struct {
	Step step `json:"step,omitempty"`
	// Work names the work, and Replaced the work that it replaces.
	Work     string `json:"work"`
	Replaced string `json:"replaced,omitempty"`
	// Fence tells which record people have seen.
	Fence  int64 `json:"fence,omitempty"`
	Input  In    `json:"input"`
	Result *Out  `json:"result,omitempty"`
}

// A reply is the result of the activity.
type reply[Out any] struct {
	Result Out `json:"result"`
	// Effect answers stepInspect and stepGiveUp, the other fields answer stepInspect.
	Effect   Effect `json:"effect,omitempty"`
	NoResult bool   `json:"noResult,omitempty"` // the work is done and its result was not stored
	Final    bool   `json:"final,omitempty"`    // the record has a failure
	Fence    int64  `json:"fence,omitempty"`
}
