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
		"a text that is not UTF-8": {err: final("declined by the bank \xff"), again: "declined by the bank \uFFFD"},
		"a cause whose text is not UTF-8": {
			err:   temporal.NewNonRetryableApplicationError("declined by the bank", "Declined", errors.New("\xff")),
			again: "declined by the bank",
		},
		"a type that is not UTF-8": {
			err:   temporal.NewNonRetryableApplicationError("declined by the bank", "Declined\xff", temporal.NewApplicationError("", "\xff")),
			again: "declined by the bank",
		},
		"details that are too large": {
			err: final("declined by the bank", strings.Repeat("x", 3<<20)), again: "could not be stored",
		},
		"a text that is too large":       {err: final(strings.Repeat("x", 3<<20)), again: "(cut, 3145728 bytes)"},
		"details that cannot be encoded": {err: final("declined by the bank", make(chan int)), again: "could not be stored"},
		"a codec that fails once": {
			err: final("declined by the bank", "detail"), encodes: 2, again: "declined by the bank", details: true,
		},
		"a codec that always fails": {
			err: final("declined by the bank", "detail"), encodes: 1 << 20, again: "could not be stored",
		},
		"a large type that is not UTF-8": {
			err:   temporal.NewNonRetryableApplicationError("declined by the bank", "Declined\xff", nil, make([]byte, 3<<20)),
			again: "could not be stored",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, codec := newFixture(t), &flaky{encodes: c.encodes}
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
