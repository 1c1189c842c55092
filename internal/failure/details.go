package failure

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// maxDetails bounds how many details of an error are looked for.
const maxDetails = 64

// details are those of an application error, ready to be given to another. The
// SDK tells neither how many there are, nor whether they are values, as in the
// process that has made the error, or came over the wire. The latter stay
// undecoded, so that nothing changes on the way.
func details(app *temporal.ApplicationError) []any {
	if !app.HasDetails() {
		return nil
	}
	if raw, ok := get[converter.RawValue](app); ok {
		return raw
	}
	all, _ := get[any](app)
	return all
}

// get reads the details into variables of type T, as many as there are.
func get[T any](app *temporal.ApplicationError) (all []any, ok bool) {
	defer func() {
		if recover() != nil { // the SDK panics when a value is not a T
			all, ok = nil, false
		}
	}()
	for n := maxDetails; n > 0; n-- {
		values, pointers := make([]T, n), make([]any, n)
		for i := range values {
			pointers[i] = &values[i]
		}
		if app.Details(pointers...) != nil {
			continue // there are fewer
		}
		for _, v := range values {
			if raw, isRaw := any(v).(converter.RawValue); isRaw && raw.Payload() == nil {
				break // details from the wire do not say that there are fewer
			}
			all = append(all, v)
		}
		return all, true
	}
	return nil, false
}
