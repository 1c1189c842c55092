package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// nested builds a tree of errors from bytes, each of which wraps what is there.
func nested(data []byte) error {
	err := errors.New("the first")
	for i, b := range data {
		switch b % 10 {
		case 0:
			err = fmt.Errorf("%d: %w", i, err)
		case 1:
			err = errors.Join(errors.New("x"), err)
		case 2:
			err = errors.Join(err, &classify.ResponseError{StatusCode: int(b) * 3})
		case 3:
			err = retry.NonRetryable(err)
		case 4:
			err = retry.After(err, -5)
		case 5:
			err = retry.Benign(err)
		case 6:
			err = temporal.NewNonRetryableApplicationError("m", "T", err, i, nil)
		case 7:
			err = temporal.NewApplicationErrorWithCause("m", "U", err, "detail")
		case 8:
			err = sqlError(fmt.Sprintf("%05d", int(b)))
		default:
			err = temporal.NewCanceledError(err)
		}
	}
	return err
}

func classified(ctx context.Context, err error) failure.Classification {
	c := classify.Default(ctx, err)
	return failure.Classification{Retryability: failure.Retryability(c.Retryability), Type: c.Type, RetryAfter: c.RetryAfter}
}

// sqlError has an SQLSTATE.
type sqlError string

func (e sqlError) Error() string    { return "SQL" }
func (e sqlError) SQLState() string { return string(e) }

// For any tree of errors Analyze does not panic; the result has an application error on top
// or is the error itself, and says what was found.
func FuzzAnalyze(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3})
	f.Add([]byte{6, 0, 1, 7, 5, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64 {
			return
		}
		err := nested(data)
		l, ok := failure.Analyze(t.Context(), err, []string{"T"}, classified)
		if !ok {
			return
		}
		var app *temporal.ApplicationError
		out := l.Render(l.RetryAfter)
		switch {
		case errors.As(out, &app) && error(app) == out: //nolint:errorlint // whether it is the outermost
			if app.NonRetryable() != (l.Retryability == failure.NonRetryable) {
				t.Fatalf("%v: it is %v", out, l.Retryability)
			}
		case out != err: //nolint:errorlint // whether it is the same
			t.Fatalf("%v became %v", err, out)
		}
	})
}
