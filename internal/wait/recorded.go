package wait

import (
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// Recorded makes the first call of workflow.MutableSideEffect with that ID in a run. It
// returns false when the run is replayed and its history has no such marker: then
// what is recorded now was not there when the run came this way, and it must go on
// as it did. Later calls with the ID are those of the SDK.
func Recorded(ctx workflow.Context, id string, f func() any) (value converter.EncodedValue, found bool) {
	defer func() {
		if p := recover(); p != nil {
			RethrowTaskFailure(p)
			if !workflow.IsReplaying(ctx) {
				//archtest:panic it is not the SDK's about a missing marker
				panic(p)
			}
			value, found = nil, false
		}
	}()
	return workflow.MutableSideEffect(ctx, id, func(workflow.Context) any { return f() }, Same), true
}

// Same compares values of [Recorded].
func Same(a, b any) bool { return a == b }

// A CodecError is the panic of a payload codec that has failed in workflow code.
type CodecError struct {
	Verb string
	Err  error
}

func (o *CodecError) Error() string {
	return fmt.Sprintf("signals: the payload codec could not %s in workflow code; "+
		"the workflow task is retried until it can: %v", o.Verb, o.Err)
}

func (o *CodecError) Unwrap() error { return o.Err }

// RethrowTaskFailure panics on with a panic that is there to fail the workflow task. Code
// that recovers what functions of the user's do must let it through.
func RethrowTaskFailure(p any) {
	err, _ := p.(error)
	if o := new(CodecError); errors.As(err, &o) || AsksForFailure(err) {
		//archtest:panic it was raised to fail the workflow task
		panic(p)
	}
}

// AsksForFailure reports whether a codec asks the SDK to fail the workflow task, by
// a type that version 1.51 of the SDK has. The SDK then does so under any
// WorkflowPanicPolicy.
func AsksForFailure(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if strings.HasSuffix(fmt.Sprintf("%T", err), ".WorkflowTaskFailureError") {
			return true
		}
	}
	return false
}
