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

func analyzed(t *testing.T, err error, listed ...string) *temporal.ApplicationError {
	t.Helper()
	l, ok := failure.Analyze(t.Context(), err, listed, unknown)
	require.True(t, ok)
	app, _ := l.Render(l.Delay).(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
	return app
}

// A statement anywhere in the tree of an error decides, and the outer one of two.
func TestAnalyze(t *testing.T) {
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
		"a final application error at the top":          {final, nil, true, "NoSuchCard"},
		"a final application error, wrapped":            {wrap(final), nil, true, "NoSuchCard"},
		"a final application error in a join":           {errors.Join(errors.New("x"), final), nil, true, "NoSuchCard"},
		"a final application error in a join in a wrap": {wrap(errors.Join(errors.New("x"), wrap(final))), nil, true, "NoSuchCard"},
		"a retryable application error, wrapped":        {wrap(busy), nil, false, "Busy"},
		"a listed Go type, wrapped":                     {wrap(mine), []string{"codeError"}, true, "codeError"},
		"a listed type below a retryable application error": {
			temporal.NewApplicationErrorWithCause("t", "T", mine),
			[]string{"codeError"},
			false, "T",
		},
		"a listed application error, wrapped":      {wrap(busy), []string{"Busy"}, true, "Busy"},
		"an application error beside the list":     {wrap(busy), []string{"Other"}, false, "Busy"},
		"NonRetryable in a wrap":                   {wrap(failure.MarkNonRetryable(errors.New("x"))), nil, true, "wrapError"},
		"NonRetryable around a type":               {failure.MarkNonRetryable(mine), nil, true, "codeError"},
		"NonRetryable around an application error": {failure.MarkNonRetryable(wrap(busy)), nil, true, "Busy"},
		"After around a final application error":   {failure.MarkRetryAfter(final, time.Second), nil, false, "NoSuchCard"},
		"After around NonRetryable": {
			failure.MarkRetryAfter(failure.MarkNonRetryable(mine), time.Second), nil, false,
			"codeError",
		},
		"a retryable application error around a final one": {temporal.NewApplicationErrorWithCause("t", "T", final), nil, false, "T"},
		"After around a listed type": {
			failure.MarkRetryAfter(mine, time.Second),
			[]string{"codeError"},
			true,
			"codeError",
		},
		"an empty name in the list":                       {failure.MarkBenign(errors.New("x")), []string{""}, false, ""},
		"a final application error beside a cancellation": {errors.Join(final, context.Canceled), nil, true, "NoSuchCard"},
		"a retryable and a final error in a join":         {errors.Join(busy, final), nil, true, "NoSuchCard"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := analyzed(t, c.err, c.listed...)
			require.NotNil(t, app)
			require.Equal(t, c.final, app.NonRetryable())
			require.Equal(t, c.typ, app.Type())
		})
	}
}

// The new error has the text of the old one once, and its details, delay and category.
func TestRenderKeepsTextDetailsAndDelay(t *testing.T) {
	t.Parallel()
	cause := errors.New("socket closed")
	inner := temporal.NewApplicationErrorWithOptions("busy", "Busy", temporal.ApplicationErrorOptions{
		NonRetryable: true, Cause: cause, Details: []any{"a", 7, map[string]int{"b": 1}},
		NextRetryDelay: time.Hour, Category: temporal.ApplicationErrorCategoryBenign,
	})
	app := analyzed(t, fmt.Errorf("charging card %d: %w", 3, inner))
	require.Equal(t, "charging card 3: busy", app.Message())
	require.Equal(t, "charging card 3: busy (type: Busy, retryable: false): an application error in its chain says so: socket closed",
		app.Error())
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
	plain := analyzed(t, failure.MarkBenign(untouched))
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

func TestRetryabilityHasWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "unknown retryable non_retryable", fmt.Sprint(failure.Unknown, " ", failure.Retryable, " ", failure.NonRetryable))
}

// A classifier that panics knows nothing, and stops no activity.
func TestAClassifierPanics(t *testing.T) {
	t.Parallel()
	err := errors.New("x")
	l, ok := failure.Analyze(t.Context(), err, nil, func(context.Context, error) failure.Classification {
		//archtest:panic plays a user's mistake
		panic("broken")
	})
	require.True(t, ok)
	require.Equal(t, failure.Unknown, l.Retryability)
	require.Same(t, err, l.Render(0))
}
