//go:build linux || darwin

package devserver

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTail(t *testing.T) {
	t.Parallel()

	t.Run("keeps the end", func(t *testing.T) {
		t.Parallel()
		log := &tail{}
		for range 10_000 {
			_, err := log.Write([]byte("an early line\n"))
			require.NoError(t, err)
		}
		require.Less(t, len(log.buf), 3*tailBytes)
		_, err := log.Write([]byte("the last\n\nline\n"))
		require.NoError(t, err)
		require.Equal(t, tailLines, strings.Count(log.String(), "\n  "))
		require.True(t, strings.HasSuffix(log.String(), "\n  an early line\n  the last\n  line"))
	})

	t.Run("shows what comes before a stack trace", func(t *testing.T) {
		t.Parallel()
		log := &tail{}
		_, err := log.Write([]byte("panic: no disk\n\ngoroutine 1 [running]:\nmain.main()\n\tmain.go:18 +0x96\n"))
		require.NoError(t, err)
		require.Equal(t, "\n  panic: no disk", log.String())
	})
}
