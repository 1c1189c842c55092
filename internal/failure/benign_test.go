package failure_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Whoever is to be told of a failure is told, whatever else was expected.
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
		"a mark":                              {failure.MarkBenign(plain), true},
		"wrapped":                             {fmt.Errorf("w: %w", failure.MarkBenign(plain)), true},
		"below another mark":                  {failure.MarkNonRetryable(failure.MarkBenign(plain)), true},
		"below an application error":          {app(other, failure.MarkBenign(plain)), true},
		"a category":                          {app(benign, nil), true},
		"wrapped, too":                        {fmt.Errorf("w: %w", app(benign, nil)), true},
		"of an inner application error":       {app(other, app(benign, nil)), false},
		"all in a join":                       {errors.Join(failure.MarkBenign(plain), app(benign, nil)), true},
		"all but one that is nil":             {errors.Join(failure.MarkBenign(plain), nil), true},
		"one of a join":                       {errors.Join(failure.MarkBenign(plain), failure.MarkNonRetryable(plain)), false},
		"one category of a join":              {errors.Join(app(benign, nil), app(other, nil)), false},
		"one in a join of joins":              {errors.Join(failure.MarkBenign(plain), errors.Join(plain, failure.MarkBenign(plain))), false},
		"a join as a whole":                   {failure.MarkBenign(errors.Join(failure.MarkBenign(plain), failure.MarkNonRetryable(plain))), true},
		"one of two that are wrapped at once": {fmt.Errorf("%w: %w", plain, failure.MarkBenign(plain)), false},
		"nothing":                             {failure.MarkNonRetryable(plain), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := failure.Analyze(t.Context(), c.err, nil, unknown)
			require.True(t, ok)
			require.Equal(t, c.want, l.Benign)
			var out *temporal.ApplicationError
			said := errors.As(l.Render(0), &out) && out.Category() == benign
			require.Equal(t, c.want, said, "what the SDK is told")
		})
	}
}

// The type of a mark means nothing to those who read a failure.
func TestMarksStayInTheProcess(t *testing.T) {
	t.Parallel()
	marked := failure.MarkBenign(failure.MarkNonRetryable(&codeError{7}))
	for _, err := range []error{marked, fmt.Errorf("w: %w", marked)} {
		l, ok := failure.Analyze(t.Context(), err, nil, unknown)
		require.True(t, ok)
		wire := temporal.GetDefaultFailureConverter().ErrorToFailure(l.Render(0))
		for f := wire; f != nil; f = f.GetCause() {
			require.NotEqual(t, "mark", f.GetApplicationFailureInfo().GetType())
		}
	}
	require.Equal(t, &codeError{7}, failure.Unmark(marked))
	require.NoError(t, failure.Unmark(nil))

	plain := errors.New("refused")
	l, ok := failure.Analyze(t.Context(), failure.MarkNoEffect(plain), nil, unknown)
	require.True(t, ok)
	require.Same(t, plain, l.Render(0), "nothing else is known about it")
}
