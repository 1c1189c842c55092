package idempotency_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// Work that has failed for good is not done again because its failure is hard to
// keep.
func TestFinalFailureThatCannotBeStored(t *testing.T) {
	t.Parallel()
	final := func(message string, details ...any) error {
		return temporal.NewNonRetryableApplicationError(message, "Declined", nil, details...)
	}
	for name, c := range map[string]struct {
		err     error
		encodes int    // that fail
		again   string // in the text of the second failure
		details bool
	}{
		"its text is no UTF-8": {final("declined by the bank \xff"), 0, "declined by the bank \uFFFD", false},
		"so is that of its cause": {temporal.NewNonRetryableApplicationError("declined by the bank", "Declined", errors.New("\xff")), 0,
			"declined by the bank", false},
		"so is its type": {
			temporal.NewNonRetryableApplicationError("declined by the bank", "Declined\xff", temporal.NewApplicationError("", "\xff")), 0,
			"declined by the bank", false,
		},
		"its details are too large":      {final("declined by the bank", strings.Repeat("x", 3<<20)), 0, "could not be stored", false},
		"its text is too large":          {final(strings.Repeat("x", 3<<20)), 0, "(cut, 3145728 bytes)", false},
		"its details cannot be encoded":  {final("declined by the bank", make(chan int)), 0, "could not be stored", false},
		"the codec fails for a moment":   {final("declined by the bank", "detail"), 2, "declined by the bank", true},
		"its codec fails without an end": {final("declined by the bank", "detail"), 1 << 20, "could not be stored", false},
		"its type has no UTF-8 and is big": {temporal.NewNonRetryableApplicationError("declined by the bank", "Declined\xff", nil,
			make([]byte, 3<<20)), 0, "could not be stored", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, codec := newRig(t), &flaky{encodes: c.encodes}
			encoding := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
			r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: encoding})
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second) // it is tried again until shortly before that
			defer cancel()
			var err error
			for range 2 {
				_, err = idempotency.Do(ctx, r.guard, "charge", "k", func(context.Context) (int, error) { r.calls++; return 0, c.err },
					idempotency.ActivityOptions{})
			}
			require.Equal(t, 1, r.calls, "it is not done again")
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			require.True(t, app.NonRetryable())
			require.Contains(t, app.Type(), "Declined")
			require.Contains(t, app.Message(), c.again)
			require.Equal(t, c.details, app.HasDetails())
		})
	}
}
