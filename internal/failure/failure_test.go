package failure_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

type codeError struct{ code int }

func (e *codeError) Error() string { return fmt.Sprint("code ", e.code) }

func unknown(context.Context, error) failure.Classification { return failure.Classification{} }

func lift(t *testing.T, err error, listed ...string) *temporal.ApplicationError {
	t.Helper()
	l, ok := failure.Analyze(t.Context(), err, listed, unknown)
	require.True(t, ok)
	app, _ := l.Render(l.Delay).(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
	return app
}

// What stands anywhere in the tree of an error decides, and the outer one of two.
func TestLift(t *testing.T) {
	t.Parallel()
	final := temporal.NewNonRetryableApplicationError("no such card", "NoSuchCard", nil, "4111", 7)
	busy := temporal.NewApplicationError("busy", "Busy")
	mine := &codeError{7}
	wrap := func(err error) error { return fmt.Errorf("charging: %w", err) }
	cases := map[string]struct {
		err    error
		listed []string
		final  bool
		typ    string
	}{
		"bare":                                    {final, nil, true, "NoSuchCard"},
		"wrapped":                                 {wrap(final), nil, true, "NoSuchCard"},
		"joined":                                  {errors.Join(errors.New("x"), final), nil, true, "NoSuchCard"},
		"joined and wrapped":                      {wrap(errors.Join(errors.New("x"), wrap(final))), nil, true, "NoSuchCard"},
		"retryable, wrapped":                      {wrap(busy), nil, false, "Busy"},
		"listed by its Go type, wrapped":          {wrap(mine), []string{"codeError"}, true, "codeError"},
		"listed below one that can be retried":    {temporal.NewApplicationErrorWithCause("t", "T", mine), []string{"codeError"}, false, "T"},
		"listed application error, wrapped":       {wrap(busy), []string{"Busy"}, true, "Busy"},
		"not listed":                              {wrap(busy), []string{"Other"}, false, "Busy"},
		"a mark":                                  {wrap(failure.MarkNonRetryable(errors.New("x"))), nil, true, "wrapError"},
		"a mark on a type":                        {failure.MarkNonRetryable(mine), nil, true, "codeError"},
		"a mark over an application error":        {failure.MarkNonRetryable(wrap(busy)), nil, true, "Busy"},
		"a mark that allows what is final":        {failure.MarkRetryAfter(final, time.Second), nil, false, "NoSuchCard"},
		"the outer of two marks":                  {failure.MarkRetryAfter(failure.MarkNonRetryable(mine), time.Second), nil, false, "codeError"},
		"an outer application error":              {temporal.NewApplicationErrorWithCause("t", "T", final), nil, false, "T"},
		"listed comes before a mark":              {failure.MarkRetryAfter(mine, time.Second), []string{"codeError"}, true, "codeError"},
		"the empty name is nobody's":              {failure.MarkBenign(errors.New("x")), []string{""}, false, ""},
		"beside a cancellation of something else": {errors.Join(final, context.Canceled), nil, true, "NoSuchCard"},
		"the final one of two in a join":          {errors.Join(busy, final), nil, true, "NoSuchCard"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := lift(t, c.err, c.listed...)
			require.NotNil(t, app)
			require.Equal(t, c.final, app.NonRetryable())
			require.Equal(t, c.typ, app.Type())
		})
	}
}

// The new error says what the old one did, once.
func TestFailureKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	cause := errors.New("socket closed")
	inner := temporal.NewApplicationErrorWithOptions("busy", "Busy", temporal.ApplicationErrorOptions{
		NonRetryable: true, Cause: cause, Details: []any{"a", 7, map[string]int{"b": 1}},
		NextRetryDelay: time.Hour, Category: temporal.ApplicationErrorCategoryBenign,
	})
	app := lift(t, fmt.Errorf("charging card %d: %w", 3, inner))
	require.Equal(t, "charging card 3: busy", app.Message())
	require.Equal(t, "charging card 3: busy (type: Busy, retryable: false): an application error in its chain says so: socket closed", app.Error())
	require.Equal(t, time.Hour, app.NextRetryDelay())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.ErrorIs(t, app, cause)
	var (
		a string
		b int
		c map[string]int
	)
	require.NoError(t, app.Details(&a, &b, &c))
	require.Equal(t, "a 7 map[b:1]", fmt.Sprintf("%s %d %v", a, b, c))

	untouched := errors.New("plain")
	l, ok := failure.Analyze(t.Context(), untouched, nil, unknown)
	require.True(t, ok)
	require.Same(t, untouched, l.Render(0), "nothing is known about it")
	l, _ = failure.Analyze(t.Context(), inner, nil, unknown)
	require.Same(t, inner, l.Render(time.Hour), "it is what Temporal understands already")
	plain := lift(t, failure.MarkBenign(untouched))
	require.Equal(t, "plain", plain.Message())
	require.Empty(t, plain.Type(), "as the SDK has it")
}

func TestPassesUntouched(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"nil":                nil,
		"a pending result":   activity.ErrResultPending,
		"cancellation":       temporal.NewCanceledError(),
		"it, wrapped":        fmt.Errorf("while: %w", temporal.NewCanceledError()),
		"a context, wrapped": fmt.Errorf("while: %w", context.Canceled),
	} {
		_, ok := failure.Analyze(t.Context(), err, nil, unknown)
		require.False(t, ok, name)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	_, ok := failure.Analyze(ended, errors.Join(final, context.Canceled), nil, unknown)
	require.False(t, ok, "the activity itself is canceled")
	require.NoError(t, failure.MarkNonRetryable(nil))
	require.NoError(t, failure.MarkRetryAfter(nil, time.Second))
	require.NoError(t, failure.MarkBenign(nil))
}

func TestChain(t *testing.T) {
	t.Parallel()
	says := func(c failure.Retryability) failure.Classifier {
		return func(context.Context, error) failure.Classification {
			return failure.Classification{Retryability: c, Type: c.String()}
		}
	}
	err := errors.New("x")
	require.Equal(t, "retryable", failure.Chain(says(failure.Unknown), says(failure.Retryable), says(failure.NonRetryable))(t.Context(), err).Type)
	require.Equal(t, "non_retryable", failure.Chain(says(failure.NonRetryable), says(failure.Retryable))(t.Context(), err).Type)
	require.Equal(t, failure.Classification{}, failure.Chain()(t.Context(), err))
	require.Equal(t, "unknown", failure.Unknown.String())
}

// A classifier that panics knows nothing, and stops no activity.
func TestAClassifierPanics(t *testing.T) {
	t.Parallel()
	err := errors.New("x")
	l, ok := failure.Analyze(t.Context(), err, nil, func(context.Context, error) failure.Classification { panic("broken") }) //archtest:panic plays a user's mistake
	require.True(t, ok)
	require.Equal(t, failure.Unknown, l.Retryability)
	require.Same(t, err, l.Render(0))
}
