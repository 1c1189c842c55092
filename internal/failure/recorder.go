package failure

import (
	"context"
	"reflect"

	"go.temporal.io/sdk/temporal"
)

// A Recorder links the error that an activity returned to the error that an
// interceptor made of it. An outer interceptor sees only the second, and finds in
// the first what it says of itself. The zero value links nothing.
type Recorder struct {
	original, returned error
}

type recorderKey struct{}

// WithRecorder returns a context in which Record writes to r. The context and r are
// for one attempt.
func WithRecorder(ctx context.Context, r *Recorder) context.Context {
	return context.WithValue(ctx, recorderKey{}, r)
}

// Record records that an interceptor returns returned where the activity returned
// original. Only interceptors of activities call it: work inside an activity, such
// as a guarded call, does not decide about the activity's error. Of two
// interceptors, the record links the outer one's error to the activity's.
func Record(ctx context.Context, original, returned error) {
	if r, ok := ctx.Value(recorderKey{}).(*Recorder); ok {
		*r = Recorder{original: r.Original(original), returned: returned}
	}
}

// Original returns the error that the activity returned, if err is the error
// that was made of it, or wraps that without a statement about retries. Otherwise it
// returns err.
func (r Recorder) Original(err error) error {
	if r.returned == nil {
		return err
	}
	for e := err; e != nil; {
		if isSame(e, r.returned) {
			return r.original
		}
		switch e.(type) { //nolint:errorlint // the loop takes the chain apart
		case *retryMarkWithoutInterceptor, *temporal.ApplicationError:
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
