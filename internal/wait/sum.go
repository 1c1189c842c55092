package wait

import (
	"math"
	"time"
)

// Sum returns a + b, or the longest or shortest duration when that overflows.
func Sum(a, b time.Duration) time.Duration {
	sum := a + b
	switch {
	case a > 0 && b > 0 && sum < 0:
		return math.MaxInt64
	case a < 0 && b < 0 && sum >= 0:
		return math.MinInt64
	}
	return sum
}
