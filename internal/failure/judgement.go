package failure

import (
	"context"
	"reflect"

	"go.temporal.io/sdk/temporal"
)

// A Judgement links the error that an activity returned to the error that an
// interceptor made of it. An interceptor further out, which sees only the
// second, asks the first what it says of itself. The zero value links nothing.
type Recorder struct {
	original, returned error
}

type judgementKey struct{}

// WithRecorder returns a context in which Note writes to j. The context and j
// are for one attempt.
func WithRecorder(ctx context.Context, j *Recorder) context.Context {
	return context.WithValue(ctx, judgementKey{}, j)
}

// Record records that an interceptor returns returned where the activity returned
// original. Only interceptors of activities call it: what happens inside an
// activity, such as a guarded call, is no judgement of the activity's error. Of
// two interceptors, the record links the outer one's error to the activity's.
func Record(ctx context.Context, original, returned error) {
	if j, ok := ctx.Value(judgementKey{}).(*Recorder); ok {
		*j = Recorder{original: j.Original(original), returned: returned}
	}
}

// Original returns the error that the activity returned, if err is the error
// that was made of it, or wraps that without a word about retries. Otherwise it
// returns err.
func (j Recorder) Original(err error) error {
	if j.returned == nil {
		return err
	}
	for e := err; e != nil; {
		if isSame(e, j.returned) {
			return j.original
		}
		switch e.(type) { //nolint:errorlint // the loop takes the chain apart
		case *mark, *temporal.ApplicationError:
			return err
		}
		wrapper, ok := e.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		e = wrapper.Unwrap()
	}
	return err
}

// isSame reports whether a and b are one value. Errors of types that cannot be
// compared never are.
func isSame(a, b error) bool {
	return reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b //nolint:errorlint // the value itself
}
