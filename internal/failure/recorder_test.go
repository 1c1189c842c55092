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

// A recorder finds the original of one error, and of no other.
func TestRecorderIsOfOneError(t *testing.T) {
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
			var r failure.Recorder
			require.Equal(t, c.err, r.Original(c.err), "before anything is recorded")
			failure.Record(failure.WithRecorder(t.Context(), &r), original, returned)
			want := c.err
			if c.want {
				want = original
			}
			require.Equal(t, want, r.Original(c.err))
		})
	}
	var r failure.Recorder
	failure.Record(failure.WithRecorder(t.Context(), &r), listError{"a"}, listError{"a"})
	require.NotPanics(t, func() { _ = r.Original(listError{"a"}) })
}

// What is analyzed inside an activity is not recorded.
func TestNestedWorkIsNotRecorded(t *testing.T) {
	t.Parallel()
	var r failure.Recorder
	ctx := failure.WithRecorder(t.Context(), &r)
	inner := failure.MarkNoEffect(errors.New("the first provider refuses"))
	l, ok := failure.Analyze(ctx, inner, nil, unknown)
	require.True(t, ok)
	bare := l.Render(0)
	require.Equal(t, bare, r.Original(bare))
	failure.Record(context.Background(), inner, bare) // there is no recorder
	require.Equal(t, bare, r.Original(bare))
}

// Of two interceptors, the outer one's error leads to the activity's own.
func TestRecorderOfTwoInterceptors(t *testing.T) {
	t.Parallel()
	var r failure.Recorder
	ctx := failure.WithRecorder(t.Context(), &r)
	original := failure.MarkRetryAfter(errors.New("busy"), time.Second)
	first, second := errors.New("first"), errors.New("second")
	failure.Record(ctx, original, first)
	failure.Record(ctx, fmt.Errorf("between: %w", first), second)
	require.Equal(t, original, r.Original(second))
	require.Equal(t, first, r.Original(first))
}
