package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A join is benign only if each error in it is: no alarm may be lost.
func TestBenign(t *testing.T) {
	t.Parallel()
	plain := errors.New("x")
	app := func(category temporal.ApplicationErrorCategory, cause error) error {
		return temporal.NewApplicationErrorWithOptions("a", "A", temporal.ApplicationErrorOptions{Category: category, Cause: cause})
	}
	const benign, other = temporal.ApplicationErrorCategoryBenign, temporal.ApplicationErrorCategoryUnspecified
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"a mark":                                          {failure.MarkBenign(plain), true},
		"a mark in a wrap":                                {fmt.Errorf("w: %w", failure.MarkBenign(plain)), true},
		"a mark below another mark":                       {failure.MarkNonRetryable(failure.MarkBenign(plain)), true},
		"a mark below an application error":               {app(other, failure.MarkBenign(plain)), true},
		"a benign category":                               {app(benign, nil), true},
		"a benign category in a wrap":                     {fmt.Errorf("w: %w", app(benign, nil)), true},
		"a benign category of an inner application error": {app(other, app(benign, nil)), false},
		"a join of benign errors":                         {errors.Join(failure.MarkBenign(plain), app(benign, nil)), true},
		"a join of a benign error and nil":                {errors.Join(failure.MarkBenign(plain), nil), true},
		"a join with one mark":                            {errors.Join(failure.MarkBenign(plain), failure.MarkNonRetryable(plain)), false},
		"a join with one benign category":                 {errors.Join(app(benign, nil), app(other, nil)), false},
		"a join of joins with one plain error": {errors.Join(failure.MarkBenign(plain), errors.Join(plain,
			failure.MarkBenign(plain))), false},
		"a mark around a join": {failure.MarkBenign(errors.Join(failure.MarkBenign(plain),
			failure.MarkNonRetryable(plain))), true},
		"one mark of two wrapped errors": {fmt.Errorf("%w: %w", plain, failure.MarkBenign(plain)), false},
		"no mark and no category":        {failure.MarkNonRetryable(plain), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := failure.Analyze(t.Context(), c.err, nil, unknown)
			require.True(t, ok)
			require.Equal(t, c.want, l.Benign)
			var out *temporal.ApplicationError
			said := errors.As(l.Render(0), &out) && out.Category() == benign
			require.Equal(t, c.want, said, "the category that the SDK sees")
		})
	}
}

// The type of a mark is not recorded.
func TestMarksStayInTheProcess(t *testing.T) {
	t.Parallel()
	marked := failure.MarkBenign(failure.MarkNonRetryable(&codeError{7}))
	for _, err := range []error{marked, fmt.Errorf("w: %w", marked)} {
		l, ok := failure.Analyze(t.Context(), err, nil, unknown)
		require.True(t, ok)
		wire := temporal.GetDefaultFailureConverter().ErrorToFailure(l.Render(0))
		for f := wire; f != nil; f = f.GetCause() {
			require.NotEqual(t, markType, f.GetApplicationFailureInfo().GetType())
		}
	}
	require.Equal(t, &codeError{7}, failure.Unmark(marked))
	require.NoError(t, failure.Unmark(nil))

	plain := errors.New("refused")
	l, ok := failure.Analyze(t.Context(), failure.MarkNoEffect(plain), nil, unknown)
	require.True(t, ok)
	require.Same(t, plain, l.Render(0), "nothing else is said about it")
}
