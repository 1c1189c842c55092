//go:build linux || darwin

package devserver

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgress(t *testing.T) {
	t.Parallel()

	t.Run("rewrites one line on a terminal", func(t *testing.T) {
		t.Parallel()
		out := &screen{}
		p := newProgress(out, "building", time.Millisecond)
		p.terminal = true
		done := make(chan struct{})
		ended := make(chan error, 1)
		go func() { ended <- p.until(context.Background(), done) }()
		line := "\r\x1b[KTemporal: building: 0s"
		require.Eventually(t, func() bool { return strings.HasPrefix(out.String(), line+line) }, soon, tick)
		close(done)
		require.NoError(t, <-ended)
		require.True(t, strings.HasSuffix(out.String(), line+"\n"), "the line is left at the end: %q", out)
	})

	t.Run("is seldom where no one can rewrite a line", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 15*time.Second, newProgress(&screen{}, "", 0).every)
		file, err := os.Create(t.TempDir() + "/log")
		require.NoError(t, err)
		defer file.Close()
		require.Equal(t, 15*time.Second, newProgress(file, "", 0).every)
		null, err := os.Open(os.DevNull) // a character device, as a terminal is
		require.NoError(t, err)
		defer null.Close()
		require.Equal(t, time.Second, newProgress(null, "", 0).every)
	})
}
