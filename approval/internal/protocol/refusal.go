package protocol

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Reason says why this package refuses something. It gives the error its type on the
// wire. Package approval documents them.
type Reason string

// Reasons of this package, and those on which it depends.
const (
	Malformed      Reason = "Malformed"
	TooLarge       Reason = "TooLarge"
	NewerVersion   Reason = "NewerVersion"
	NotOpen        Reason = "NotOpen"
	KeyReused      Reason = "KeyReused"
	InvalidRequest Reason = "InvalidRequest"
	// Duplicate refuses an update whose decision was counted before. Its detail is the
	// first receipt, which the client returns.
	Duplicate Reason = "Duplicate"
)

// Error returns the reason as it is on the wire.
func (r Reason) Error() string { return "approval." + string(r) }

// Refuse returns the error of a refusal. The text says what happened and what to do; the
// cause may be nil, and an empty gate names none.
func Refuse[R apperr.Reason](cause error, reason R, gate, text string, detail ...any) error {
	what := "vote or request"
	if gate != "" {
		what = fmt.Sprintf("gate %q", gate)
	}
	return refuse(cause, reason, fmt.Sprintf("approval: %s: %s", what, text), detail...)
}

// RefuseAgain returns the error of a refusal that was made before, with its message.
func RefuseAgain[R apperr.Reason](reason R, message string) error {
	return refuse(nil, reason, message)
}

func refuse[R apperr.Reason](cause error, reason R, message string, detail ...any) error {
	o := apperr.Options{
		Cause:     cause,
		Retryable: string(reason) == string(NotOpen),        // the only one that time alone can mend
		Benign:    string(reason) != string(InvalidRequest), // people's mistakes are no failures
	}
	if len(detail) > 0 {
		o.Detail = detail[0]
	}
	return apperr.New(reason, message, o)
}

// Message returns the message of a refusal, for [RefuseAgain].
func Message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}

// Text returns what a refusal's message says to people: it leaves out the subject that
// [Refuse] names first.
func Text(message string) string {
	text, ok := strings.CutPrefix(message, "approval: ")
	if !ok {
		return message
	}
	if rest, ok := strings.CutPrefix(text, "vote or request: "); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(text, "gate "); ok {
		if quoted, err := strconv.QuotedPrefix(rest); err == nil {
			return strings.TrimPrefix(rest[len(quoted):], ": ")
		}
	}
	return text
}

// RefusalOf turns an error of the packages policy and wire into the error of a refusal.
func RefusalOf(gate string, err error) error {
	var (
		byPolicy *tally.Refusal
		newer    *wire.NewerVersionError
		large    *wire.TooLargeError
	)
	switch {
	case errors.As(err, &byPolicy):
		return Refuse(nil, Reason(byPolicy.Reason), gate, byPolicy.Text)
	case errors.As(err, &newer):
		return Refuse(nil, NewerVersion, gate, err.Error())
	case errors.As(err, &large):
		return Refuse(nil, TooLarge, gate, err.Error())
	default:
		return Refuse(nil, Malformed, gate, err.Error())
	}
}

// FirstReceipt returns the receipt that refuses a decision sent before.
func FirstReceipt(err error) (Receipt, bool) {
	r, found := apperr.As[Receipt](err, Duplicate)
	return r, found && r.Gate != ""
}
