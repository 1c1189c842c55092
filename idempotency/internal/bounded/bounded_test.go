package bounded_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

func TestDo(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	for name, c := range map[string]struct {
		call func(context.Context) (int, error)
		want error
		text string
	}{
		"a call that answers": {call: func(context.Context) (int, error) { return 7, nil }},
		"a call that fails":   {call: func(context.Context) (int, error) { return 7, broken }, want: broken},
		"a call that hangs":   {call: func(context.Context) (int, error) { <-hang; return 7, nil }, want: context.DeadlineExceeded},
		"a call that heeds its end": {
			call: func(ctx context.Context) (int, error) { <-ctx.Done(); return 7, context.Canceled },
			want: context.DeadlineExceeded,
		},
		"a call that answers too late": {call: func(ctx context.Context) (int, error) { <-ctx.Done(); return 7, nil }},
		"a call that panics": {
			//archtest:panic a driver that panics is what is tested
			call: func(context.Context) (int, error) { panic("oops") },
			text: "the driver panics: oops",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := bounded.Do(t.Context(), 50*time.Millisecond, c.call)
			switch {
			case c.want != nil:
				require.ErrorIs(t, err, c.want)
			case c.text != "":
				require.ErrorContains(t, err, c.text)
			default:
				require.NoError(t, err)
				require.Equal(t, 7, got)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := bounded.Do(ended, time.Hour, func(context.Context) (int, error) { return 7, nil })
	require.ErrorIs(t, err, context.Canceled)
}
