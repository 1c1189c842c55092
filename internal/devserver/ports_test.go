package devserver

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Servers that start together in one process have ports of their own, though none
// listens yet.
func TestServersThatStartTogetherHavePortsOfTheirOwn(t *testing.T) {
	t.Parallel()
	var (
		together sync.WaitGroup
		all      [4][]int
		errs     [4]error
		dirs     [4]string
	)
	for i := range dirs {
		dirs[i] = t.TempDir()
		together.Go(func() { all[i], errs[i] = portsIn(dirs[i]) })
	}
	together.Wait()
	seen := map[int]bool{}
	for i, ports := range all {
		require.NoError(t, errs[i])
		require.Len(t, ports, len(portNames))
		for _, port := range ports {
			require.False(t, seen[port], "port %d is given twice", port)
			seen[port] = true
		}
		again, err := portsIn(dirs[i])
		require.NoError(t, err)
		require.True(t, slices.Equal(ports, again), "a server that is started again keeps its ports")
	}
}
