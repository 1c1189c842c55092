package approval_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

func TestReasonOf(t *testing.T) {
	t.Parallel()
	inner := temporal.NewApplicationError("no", "approval.Late")
	cases := map[string]struct {
		err  error
		want approval.Reason
	}{
		"nil":                         {nil, ""},
		"a foreign error":             {errors.New("approval.Late"), ""},
		"a foreign application error": {temporal.NewApplicationError("no", "Late"), ""},
		"ours":                        {inner, approval.ReasonLate},
		"wrapped in Go":               {fmt.Errorf("deciding: %w", inner), approval.ReasonLate},
		"the cause of another":        {temporal.NewApplicationErrorWithCause("no", "wrapError", inner), approval.ReasonLate},
		"after a trip on the wire":    {trip(t, fmt.Errorf("deciding: %w", inner)), approval.ReasonLate},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, reasonOf(c.err))
		})
	}
}

// trip sends an error through the SDK's failure converter and back.
func trip(t *testing.T, err error) error {
	t.Helper()
	c := temporal.GetDefaultFailureConverter()
	var _ converter.FailureConverter = c
	return c.FailureToError(c.ErrorToFailure(err))
}
