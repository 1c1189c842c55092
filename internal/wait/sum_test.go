package wait_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A sum never overflows into the other sign.
func TestSum(t *testing.T) {
	t.Parallel()
	const longest, shortest = time.Duration(math.MaxInt64), time.Duration(math.MinInt64)
	for name, c := range map[string]struct{ a, b, want time.Duration }{
		"small ones":                       {time.Hour, -time.Minute, 59 * time.Minute},
		"up to the longest":                {longest - 1, 1, longest},
		"beyond the longest":               {longest, 1, longest},
		"twice the longest":                {longest, longest, longest},
		"down to the shortest":             {shortest + 1, -1, shortest},
		"beyond the shortest":              {shortest, -1, shortest},
		"twice the shortest, which is 0":   {shortest, shortest, shortest},
		"the longest and the shortest":     {longest, shortest, -1},
		"nothing and the shortest":         {0, shortest, shortest},
		"two halves of what is too much":   {longest/2 + 1, longest/2 + 1, longest},
		"a negative one and its opposite":  {-time.Hour, time.Hour, 0},
		"two halves of what is too little": {shortest/2 - 1, shortest / 2, shortest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, wait.Sum(c.a, c.b))
			require.Equal(t, c.want, wait.Sum(c.b, c.a))
		})
	}
}
