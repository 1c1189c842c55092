package failure_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

var errReason = errors.New("Budget")

// errors.Is and errors.As find the original of a rewritten error.
func TestTheOriginalStaysInTheChain(t *testing.T) {
	t.Parallel()
	mine := &codeError{51}
	for name, err := range map[string]error{
		"a mark":                     failure.MarkNonRetryable(mine),
		"a mark in a wrap":           fmt.Errorf("charging: %w", failure.MarkRetryAfter(mine, time.Second)),
		"a mark in a join":           errors.Join(io.ErrShortWrite, failure.MarkNonRetryable(mine)),
		"an application error":       fmt.Errorf("charging: %w", temporal.NewNonRetryableApplicationError("declined", "Declined", mine)),
		"a listed type":              fmt.Errorf("charging: %w", mine),
		"text that cannot be sent":   fmt.Errorf("\xff: %w", mine),
		"a mark over a long history": failure.MarkNonRetryable(fmt.Errorf("%s: %w", strings.Repeat("x", 1<<21), mine)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := failure.Analyze(t.Context(), err, []string{"codeError"}, nil)
			require.True(t, ok)
			out := l.Render(l.Delay)
			require.NotSame(t, err, out)
			require.ErrorIs(t, out, err)
			require.ErrorIs(t, out, mine)
			var found *codeError
			require.ErrorAs(t, out, &found)
			require.Same(t, mine, found)
			require.NotErrorIs(t, out, io.EOF)
			replaced := l.Replace(errReason, "no time is left", 7)
			require.ErrorIs(t, replaced, mine)
			require.ErrorIs(t, replaced, errReason)
			require.Equal(t, "Budget", failure.TypeName(replaced))
		})
	}
}

// Each text appears in a failure once, and the reason for the rewriting below it.
func TestEachTextAppearsOnce(t *testing.T) {
	t.Parallel()
	declined := errors.New("card declined")
	for name, c := range map[string]struct {
		err  error
		text string // as the workflow reads it
	}{
		"NonRetryable": {failure.MarkNonRetryable(declined), "card declined: marked by retry.NonRetryable"},
		"After":        {failure.MarkRetryAfter(declined, time.Second), "card declined: marked by retry.After"},
		"Benign":       {failure.MarkBenign(declined), "card declined: marked by retry.Benign"},
		"two marks":    {failure.MarkBenign(failure.MarkNonRetryable(declined)), "card declined: marked by retry.NonRetryable"},
		"below an application error": {
			temporal.NewApplicationErrorWithCause("again", "Busy", failure.MarkNonRetryable(declined)),
			"again (type: Busy, retryable: true): a mark removed by package retry: card declined",
		},
		"bounds": {fmt.Errorf("Stra\xdfe: %w", declined), "Stra\ufffde: card declined (type: wrapError, retryable: true): bounded by package " +
			"retry: card declined"},
		"an application error": {
			fmt.Errorf("charging: %w", temporal.NewNonRetryableApplicationError("card declined", "Declined", io.EOF)),
			"charging: card declined (type: Declined, retryable: false): an application error in its chain says so: EOF",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, ok := failure.Analyze(t.Context(), c.err, nil, nil)
			require.True(t, ok)
			out := l.Render(max(l.Delay, l.RetryAfter))
			require.Equal(t, c.text, out.Error(), "in the worker's log")
			require.Equal(t, c.text, remote(out).Error(), "in the workflow")
		})
	}
}

// However deep a mark is, its type is not recorded.
func TestDeepMarksStayInTheProcess(t *testing.T) {
	t.Parallel()
	wrap := func(err error) error { return fmt.Errorf("w: %w", err) }
	inApp := temporal.NewApplicationErrorWithOptions(
		"a",
		"A",
		temporal.ApplicationErrorOptions{Cause: wrap(failure.MarkNoEffect(&codeError{7}))},
	)
	for _, err := range []error{
		wrap(wrap(wrap(failure.MarkBenign(&codeError{7})))), wrap(failure.MarkNoEffect(&codeError{7})),
		failure.MarkNonRetryable(wrap(inApp)),
	} {
		l, ok := failure.Analyze(t.Context(), err, nil, nil)
		require.True(t, ok)
		last := ""
		for f := encoded(l.Render(0)); f != nil; f = f.GetCause() {
			last = f.GetApplicationFailureInfo().GetType()
			require.NotEqual(t, markType, last)
		}
		require.Equal(t, "codeError", last, "the causes are as the SDK writes them")
	}
}

// A rewritten error is always small enough and valid for the server: otherwise the
// attempt would time out.
func TestTextIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5<<20)
	var chain error = &codeError{7}
	for range 100 {
		chain = fmt.Errorf("again: %w", chain)
	}
	for name, err := range map[string]error{
		"no UTF-8":            failure.MarkNonRetryable(errors.New("no such file: Stra\xdfe.txt")),
		"no UTF-8 in a cause": failure.MarkNonRetryable(temporal.NewApplicationErrorWithCause("x", "X", errors.New("Stra\xdfe"))),
		"too long":            failure.MarkNonRetryable(errors.New(long)),
		"too long in a cause": failure.MarkNonRetryable(temporal.NewApplicationErrorWithCause("x", "X", fmt.Errorf("w: %w",
			errors.New(long)))),
		"a long chain":                failure.MarkNonRetryable(chain),
		"too long in a message":       fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError(long, "X", nil)),
		"nothing said, no UTF-8":      fmt.Errorf("w: %w", errors.New("Stra\xdfe")),
		"nothing said, too long":      errors.New(long),
		"an application error at top": temporal.NewNonRetryableApplicationError(long, "X", nil),
		"details that are too large":  fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("x", "X", nil, long)),
		"details below that are large": failure.MarkNonRetryable(fmt.Errorf("\xff: %w", temporal.NewApplicationErrorWithCause("x", "X",
			temporal.NewApplicationError("y", "Y", long)))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := failure.TypeName(err)
			l, ok := failure.Analyze(t.Context(), err, nil, nil)
			require.True(t, ok)
			out := l.Render(l.Delay)
			f := encoded(out)
			data, problem := f.Marshal()
			require.NoError(t, problem)
			require.Less(t, len(data), 1<<19)
			require.ErrorIs(t, out, err)
			if l.Source == failure.SourceNone {
				require.Equal(t, before, failure.TypeName(out), "nothing else changes")
				require.False(t, f.GetApplicationFailureInfo().GetNonRetryable())
			}
		})
	}
}

func TestTextSaysThatItIsCut(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "short", strings.Repeat("x", 8<<10), "größer"} {
		require.Equal(t, text, failure.Text(text))
	}
	for n := range 4 { // a rune is cut at each of its bytes
		got := failure.Text(strings.Repeat("x", n) + strings.Repeat("€🙂", 4<<10))
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, string(utf8.RuneError))
		require.Contains(t, got, fmt.Sprintf(" … (cut, %d bytes)", n+7*(4<<10)))
		require.Less(t, len(got), 8<<10+40)
	}
	require.Equal(t, "Stra\ufffde", failure.Text("Stra\xdfe"))
}
