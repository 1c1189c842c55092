package idempotency_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// With the same types, a pointer to zero is another request than none.
func TestZeroValueDiffersFromNil(t *testing.T) {
	t.Parallel()
	type limits struct {
		Cents *int `json:"cents,omitempty"`
		Final *bool
		Tags  []string
	}
	for name, c := range map[string]struct {
		a, b limits
		same bool
	}{
		"a number":      {a: limits{Cents: new(int)}, b: limits{}},
		"a truth value": {a: limits{Final: new(bool)}, b: limits{}},
		"an empty list": {a: limits{Tags: []string{}}, b: limits{}, same: true},
	} {
		g := newGuard(nil)
		_, err := schedule(t, g, c.a, returns[limits]("receipt", nil))
		require.NoError(t, err)
		_, err = schedule(t, g, c.b, returns[limits]("", nil))
		require.Equal(t, c.same, err == nil, "%s: %v", name, err)
	}
}
