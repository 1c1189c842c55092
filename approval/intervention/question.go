package intervention

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// An Action says what an approval of a [Question] does.
type Action string

// The actions.
const (
	// ActionRetry tries the same work again, under its idempotency key. Of work that needs
	// review, it says that there was no effect.
	ActionRetry Action = "retry"
	// ActionRestart does the work as new work, under a new idempotency key and with
	// Question.Input, which may be corrected. It says that the earlier work had no effect, and
	// makes sure that it has none later.
	ActionRestart Action = "restart"
	// ActionUseResult takes Question.Result as the result of the activity.
	ActionUseResult Action = "use-result"
)

// An Effect says what the record of the work knows about its effect.
type Effect string

// The effects.
const (
	// EffectNone means that the work had no effect: it was not started, or its failure says so.
	EffectNone Effect = "none"
	// EffectUnknown means that the work may have had its effect: its last attempt ended without
	// saying how. Find out before you decide.
	EffectUnknown Effect = "unknown"
	// EffectDone means that the work is done with the input before, and that Question.Result is
	// its result.
	EffectDone Effect = "done"
)

// A Question is the subject of the gate. A person who approves may change Action, Input and Result.
type Question[In, Out any] struct {
	// Activity names the activity.
	Activity string `json:"activity"`
	// Failure describes the last failure, in at most 2 KB.
	Failure string `json:"failure"`
	// Effect says what the record knows.
	Effect Effect `json:"effect"`
	// Action says what an approval does: ActionRetry, or ActionUseResult if Effect is EffectDone.
	Action Action `json:"action"`
	// Input holds the input of the next try. Only ActionRestart can have another one, and
	// ActionRetry when Effect is EffectNone.
	Input In `json:"input"`
	// Result holds the result that ActionUseResult takes.
	Result *Out `json:"result,omitempty"`
}

// validate returns what is wrong with a question that people have changed. The error is for
// them.
func (q Question[In, Out]) validate(edited Question[In, Out], validInput func(In) error) error {
	corrected := !same(q.Input, edited.Input)
	switch {
	case edited.Activity != q.Activity, edited.Failure != q.Failure, edited.Effect != q.Effect:
		return errors.New("activity, failure and effect cannot be changed; change action, input or result")
	case edited.Action != ActionRetry && edited.Action != ActionRestart && edited.Action != ActionUseResult:
		return fmt.Errorf("there is no action %q; set it to retry, restart or use-result", edited.Action)
	case edited.Action == ActionUseResult && edited.Result == nil:
		return errors.New("the action use-result needs the result of the activity; set result")
	case edited.Action == ActionUseResult && corrected:
		return errors.New("the action use-result takes no other input; leave the input as it was")
	case edited.Action != ActionUseResult && !same(q.Result, edited.Result):
		return fmt.Errorf("a result was given, and the action %q does not use it; set the action to use-result", edited.Action)
	case edited.Action == ActionRetry && q.Effect != EffectNone && corrected:
		return errors.New("the work may have had its effect with the earlier input; find out, then set the action to " +
			"restart if it had none, or to use-result")
	case edited.Action == ActionRetry && q.Effect == EffectDone:
		return errors.New("the work is done; set the action to use-result, or to restart to do it once more")
	case edited.Action == ActionUseResult || validInput == nil:
		return nil
	}
	return validInput(edited.Input)
}

// same reports whether two values are the same on the wire.
func same[T any](a, b T) bool {
	before, err := wire.Payload(a)
	if err != nil {
		return false
	}
	after, err := wire.Payload(b)
	return err == nil && bytes.Equal(before.GetData(), after.GetData())
}
