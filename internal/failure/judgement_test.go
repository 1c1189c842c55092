package failure_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

type listError []string // cannot be compared

func (listError) Error() string { return "list" }

// A judgement speaks for the error that it was made of, and for no other.
func TestAJudgementIsOfOneError(t *testing.T) {
	t.Parallel()
	original := failure.MarkNoEffect(errors.New("refused"))
	returned := temporal.NewApplicationError("refused", "")
	wrap := func(err error) error { return fmt.Errorf("charging: %w", err) }
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"the error itself":               {returned, true},
		"the error, wrapped":             {wrap(wrap(returned)), true},
		"another error":                  {errors.New("read: connection reset"), false},
		"another error of the same text": {temporal.NewApplicationError("refused", ""), false},
		"one of a join":                  {errors.Join(returned, errors.New("x")), false},
		"below a mark":                   {failure.MarkNonRetryable(returned), false},
		"below an application error":     {temporal.NewApplicationErrorWithCause("t", "T", returned), false},
		"an error that has no identity":  {listError{"a"}, false},
		"no error":                       {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var j failure.Recorder
			require.Equal(t, c.err, j.Original(c.err), "before anything is noted")
			failure.Record(failure.WithRecorder(t.Context(), &j), original, returned)
			want := c.err
			if c.want {
				want = original
			}
			require.Equal(t, want, j.Original(c.err))
		})
	}
	var j failure.Recorder
	failure.Record(failure.WithRecorder(t.Context(), &j), listError{"a"}, listError{"a"})
	require.NotPanics(t, func() { _ = j.Original(listError{"a"}) })
}

// What happens inside an activity is no judgement of the error that it returns.
func TestNestedWorkIsNotTheJudgement(t *testing.T) {
	t.Parallel()
	var j failure.Recorder
	ctx := failure.WithRecorder(t.Context(), &j)
	inner := failure.MarkNoEffect(errors.New("the first provider refuses"))
	l, ok := failure.Analyze(ctx, inner, nil, unknown)
	require.True(t, ok)
	bare := l.Render(0)
	require.Equal(t, bare, j.Original(bare))
	failure.Record(context.Background(), inner, bare) // nobody listens
	require.Equal(t, bare, j.Original(bare))
}

// Of two interceptors, the outer one's error leads to the activity's own.
func TestTwoInterceptorsJudge(t *testing.T) {
	t.Parallel()
	var j failure.Recorder
	ctx := failure.WithRecorder(t.Context(), &j)
	original := failure.MarkRetryAfter(errors.New("busy"), time.Second)
	first, second := errors.New("first"), errors.New("second")
	failure.Record(ctx, original, first)
	failure.Record(ctx, fmt.Errorf("between: %w", first), second)
	require.Equal(t, original, j.Original(second))
	require.Equal(t, first, j.Original(first))
}
