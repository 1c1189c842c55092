package failure

import (
	"context"
	"reflect"

	"go.temporal.io/sdk/temporal"
)

// A Judgement links the error that an activity returned to the error that an
// interceptor made of it. An interceptor further out, which sees only the
// second, asks the first what it says of itself. The zero value links nothing.
type Judgement struct {
	original, returned error
}

type judgementKey struct{}

// WithJudgement returns a context in which Note writes to j. The context and j
// are for one attempt.
func WithJudgement(ctx context.Context, j *Judgement) context.Context {
	return context.WithValue(ctx, judgementKey{}, j)
}

// Note records that an interceptor returns returned where the activity returned
// original. Only interceptors of activities call it: what happens inside an
// activity, such as a guarded call, is no judgement of the activity's error. Of
// two interceptors, the record links the outer one's error to the activity's.
func Note(ctx context.Context, original, returned error) {
	if j, ok := ctx.Value(judgementKey{}).(*Judgement); ok {
		*j = Judgement{original: j.Original(original), returned: returned}
	}
}

// Original returns the error that the activity returned, if err is the error
// that was made of it, or wraps that without a word about retries. Otherwise it
// returns err.
func (j Judgement) Original(err error) error {
	if j.returned == nil {
		return err
	}
	for e := err; e != nil; {
		if same(e, j.returned) {
			return j.original
		}
		switch e.(type) { //nolint:errorlint // the loop takes the chain apart
		case *mark, *temporal.ApplicationError:
			return err
		}
		wrapper, ok := e.(interface{ Unwrap() error }) //nolint:errorlint // the loop takes the chain apart
		if !ok {
			return err
		}
		e = wrapper.Unwrap()
	}
	return err
}

// same reports whether a and b are one value. Errors of types that cannot be
// compared never are.
func same(a, b error) bool {
	return reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b //nolint:errorlint // the value itself
}
