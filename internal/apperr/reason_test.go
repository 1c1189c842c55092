package apperr_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

type reason string

func (r reason) Error() string { return "a." + string(r) }

type otherReason string

func (r otherReason) Error() string { return "b." + string(r) }

const (
	reasonGone reason = "Gone"
	reasonFull reason = "Full"
)

type detail struct{ Count int }

// sent returns err as the other side of a Temporal boundary sees it.
func sent(err error) error {
	wire := temporal.GetDefaultFailureConverter()
	return wire.FailureToError(wire.ErrorToFailure(err))
}

func TestReasonOf(t *testing.T) {
	t.Parallel()
	gone := apperr.New(reasonGone, "it is gone", apperr.Options{})
	for name, c := range map[string]struct {
		err  error
		want reason
	}{
		"nil has no reason":                        {err: nil},
		"an error of another kind has none":        {err: errors.New("a.Gone")},
		"another package's error has none":         {err: apperr.New(otherReason("Gone"), "gone", apperr.Options{})},
		"a new error has its reason":               {err: gone, want: reasonGone},
		"an error that was sent has its reason":    {err: sent(gone), want: reasonGone},
		"a wrapped error has the inner reason":     {err: fmt.Errorf("while: %w", gone), want: reasonGone},
		"a sent wrapped error has it too":          {err: sent(fmt.Errorf("while: %w", gone)), want: reasonGone},
		"the second of joined errors is found":     {err: errors.Join(sent(errors.New("x")), sent(gone)), want: reasonGone},
		"a joined foreign application error first": {err: errors.Join(temporal.NewApplicationError("x", "b.X"), gone), want: reasonGone},
		"a bare reason is one":                     {err: fmt.Errorf("while: %w", reasonFull), want: reasonFull},
		"the nearest reason wins":                  {err: apperr.New(reasonFull, "full", apperr.Options{Cause: gone}), want: reasonFull},
		"another package's error shows its cause":  {err: apperr.New(otherReason("X"), "x", apperr.Options{Cause: gone}), want: reasonGone},
		"so it does when it was sent":              {err: sent(apperr.New(otherReason("X"), "x", apperr.Options{Cause: gone})), want: reasonGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := apperr.ReasonOf[reason](c.err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.want != "", ok)
		})
	}
}

func TestNewKeepsAttributes(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk")
	err := apperr.New(reasonGone, "it is gone", apperr.Options{
		Cause: cause, Detail: detail{7}, Retryable: true, RetryAfter: time.Minute, Benign: true,
	})
	require.ErrorIs(t, err, reasonGone)
	require.NotErrorIs(t, err, reasonFull)
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "it is gone (type: a.Gone, retryable: true): disk")
	require.EqualError(t, sent(err), "it is gone (type: a.Gone, retryable: true): a.Gone (type: reasonError, retryable: true): disk",
		"the cause's text is sent once")
	for name, err := range map[string]error{"local": err, "sent": sent(err)} {
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app, name)
		require.Equal(t, "it is gone", app.Message(), name)
		require.Equal(t, "a.Gone", app.Type(), name)
		require.False(t, app.NonRetryable(), name)
		require.Equal(t, time.Minute, app.NextRetryDelay(), name)
		require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category(), name)
	}

	var app *temporal.ApplicationError
	require.ErrorAs(t, apperr.New(reasonGone, "it is gone", apperr.Options{}), &app)
	require.True(t, app.NonRetryable())
}

func TestAs(t *testing.T) {
	t.Parallel()
	err := apperr.New(reasonGone, "gone", apperr.Options{Detail: detail{7}})
	for name, c := range map[string]struct {
		err  error
		want detail
		ok   bool
	}{
		"a new error":                     {err: err, want: detail{7}, ok: true},
		"an error that was sent":          {err: sent(err), want: detail{7}, ok: true},
		"an error that was restored":      {err: apperr.Restore[reason](sent(err)), want: detail{7}, ok: true},
		"below another error":             {err: fmt.Errorf("while: %w", sent(err)), want: detail{7}, ok: true},
		"an error without detail":         {err: apperr.New(reasonGone, "gone", apperr.Options{}), ok: true},
		"a detail of another type":        {err: apperr.New(reasonGone, "gone", apperr.Options{Detail: "x"}), ok: true},
		"a sent detail of another type":   {err: sent(apperr.New(reasonGone, "gone", apperr.Options{Detail: "x"})), ok: true},
		"an error of another reason":      {err: apperr.New(reasonFull, "full", apperr.Options{Detail: detail{7}})},
		"nil":                             {err: nil},
		"a bare reason is not an app err": {err: reasonGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := apperr.As[detail](c.err, reasonGone)
			require.Equal(t, c.want, got)
			require.Equal(t, c.ok, ok)
		})
	}
}

func TestRestore(t *testing.T) {
	t.Parallel()
	inner := temporal.NewApplicationError("inner", "b.Inner")
	err := apperr.New(reasonGone, "gone", apperr.Options{Cause: inner, Retryable: true, RetryAfter: time.Minute, Benign: true})
	far := sent(fmt.Errorf("while: %w", err))
	require.NotErrorIs(t, far, reasonGone, "identity does not travel")

	near := apperr.Restore[reason](far)
	require.ErrorIs(t, near, reasonGone)
	app, ok := near.(*temporal.ApplicationError) //nolint:errorlint // an activity may return it as it is
	require.True(t, ok)
	require.Equal(t, "gone", app.Message())
	require.Equal(t, "a.Gone", app.Type())
	require.False(t, app.NonRetryable())
	require.Equal(t, time.Minute, app.NextRetryDelay())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.ErrorContains(t, errors.Unwrap(app.Unwrap()), "inner (type: b.Inner")

	require.Same(t, err, apperr.Restore[reason](err), "errors.Is finds the reason already")
	other := errors.New("x")
	require.Same(t, other, apperr.Restore[reason](other))
	require.NoError(t, apperr.Restore[reason](nil))
	bare := sent(reasonGone)
	require.Same(t, bare, apperr.Restore[reason](bare), "a bare reason loses its type")
}

func TestTextHasReasonOnce(t *testing.T) {
	t.Parallel()
	const text = "it is gone (type: a.Gone, retryable: false)"
	cause := errors.New("disk")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a new error":                     {err: apperr.New(reasonGone, "it is gone", apperr.Options{}), want: text + ": no further cause"},
		"a new error with a cause":        {err: apperr.New(reasonGone, "it is gone", apperr.Options{Cause: cause}), want: text + ": disk"},
		"an outgoing error that was sent": {err: sent(apperr.Outgoing(apperr.New(reasonGone, "it is gone", apperr.Options{}))), want: text},
		"an outgoing error that is restored": {
			err:  apperr.Restore[reason](sent(apperr.Outgoing(apperr.New(reasonGone, "it is gone", apperr.Options{})))),
			want: text + ": no further cause",
		},
		"an outgoing error with a cause": {
			err:  sent(apperr.Outgoing(apperr.New(reasonGone, "it is gone", apperr.Options{Cause: temporal.NewApplicationError("disk", "")}))),
			want: text + ": disk",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.EqualError(t, c.err, c.want)
		})
	}
}

func TestOutgoingKeepsAllButTheIdentity(t *testing.T) {
	t.Parallel()
	whole := apperr.New(reasonGone, "it is gone", apperr.Options{
		Cause: errors.New("disk"), Detail: detail{7}, Retryable: true, RetryAfter: time.Minute, Benign: true,
	})
	var app *temporal.ApplicationError
	require.ErrorAs(t, sent(apperr.Outgoing(whole)), &app)
	require.Equal(t, "it is gone", app.Message())
	require.Equal(t, "a.Gone", app.Type())
	require.False(t, app.NonRetryable())
	require.Equal(t, time.Minute, app.NextRetryDelay())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.ErrorContains(t, app.Unwrap(), "disk")
	got, ok := apperr.As[detail](app, reasonGone)
	require.True(t, ok)
	require.Equal(t, detail{7}, got)

	again := apperr.Outgoing(apperr.Restore[reason](app))
	got, _ = apperr.As[detail](sent(again), reasonGone)
	require.Equal(t, detail{7}, got, "a detail that was sent is sent again")
	other := errors.New("x")
	require.Same(t, other, apperr.Outgoing(other))
	require.NoError(t, apperr.Outgoing(nil))
}
