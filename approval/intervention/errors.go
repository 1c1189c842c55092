package intervention

import "github.com/temporal-patterns/temporal-patterns/internal/apperr"

// A Reason says why [Execute] or [Register] has failed. On the wire it is the type of a
// temporal.ApplicationError: "intervention." and the reason. It is an error: errors.Is finds it
// in the process that made the error. After an error has crossed a boundary, use [ReasonOf].
type Reason string

// The reasons.
const (
	// ReasonGivenUp means that people have rejected another try, that no one decided in time,
	// or that the question was withdrawn. The record of the work is finished, so no late
	// attempt can take effect.
	ReasonGivenUp Reason = "GivenUp"
	// ReasonNotDone means that people have given the work up or replaced it.
	// Only an attempt that is late gets it.
	ReasonNotDone Reason = "NotDone"
	// ReasonDone means that people have corrected the input of work that turned out to be
	// done. Execute asks again and shows its result.
	ReasonDone Reason = "Done"
	// ReasonInvalid means that the program uses this package in a way that cannot work.
	ReasonInvalid Reason = "Invalid"
)

// Error returns the reason as the type of an error on the wire.
func (r Reason) Error() string { return "intervention." + string(r) }

// ReasonOf returns the reason of the nearest error of this package in err's tree, and reports
// whether there is one. It answers alike in a workflow, its parent and a client.
func ReasonOf(err error) (Reason, bool) { return apperr.ReasonOf[Reason](err) }

func invalid(message string) error {
	return apperr.New(ReasonInvalid, "intervention: "+message, apperr.Options{})
}
