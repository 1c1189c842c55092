//go:build !race

package idempotency_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the guard costs beside the activity itself, as it is documented. With the
// race detector pools forget at random, and figures say nothing.
func TestCost(t *testing.T) {
	measure := func(how string) float64 {
		execute, _ := benched(how)
		return testing.AllocsPerRun(200, func() { require.NoError(t, execute()) })
	}
	bare := measure("bare")
	require.LessOrEqual(t, measure("intercepted")-bare, 28.0)
	require.LessOrEqual(t, measure("wrapped")-bare, 42.0)
}
