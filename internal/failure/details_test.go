package failure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// All details of an application error are handed on, whatever they are.
func TestDetailsAreKept(t *testing.T) {
	t.Parallel()
	type pair struct{ A, B int }
	var none *pair
	many := make([]any, 70)
	for i := range many {
		many[i] = i
	}
	for name, values := range map[string][]any{
		"several types":    {1, "x", pair{7, 8}},
		"nil at first":     {nil, 1},
		"nil at last":      {1, nil},
		"only nil":         {nil},
		"a nil pointer":    {none, 2},
		"a pointer":        {&pair{3, 4}},
		"bytes":            {[]byte("abc"), true},
		"a map":            {map[string]int{"a": 1}},
		"many":             many,
		"none":             {},
		"an error as text": {fmt.Sprint(pair{})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inner := temporal.NewNonRetryableApplicationError("m", "T", temporal.NewApplicationError("cause", "C", "not these"), values...)
			l, ok := failure.Analyze(t.Context(), fmt.Errorf("w: %w", inner), nil, nil)
			require.True(t, ok)
			want := encoded(inner).GetApplicationFailureInfo().GetDetails().GetPayloads()
			got := encoded(l.Render(0)).GetApplicationFailureInfo().GetDetails().GetPayloads()
			require.Len(t, got, len(want))
			for i := range want {
				require.Equal(t, want[i].String(), got[i].String())
			}
		})
	}
}
