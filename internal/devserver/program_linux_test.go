package devserver

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKilledProgram(t *testing.T) {
	t.Run("takes its server with it", func(t *testing.T) {
		f, _ := newTestFinder(t)
		t.Setenv("PATH", pathOf(t, "temporal", cli))
		p := startProgram(t, f)
		server := p.ready(t)
		p.signal(t, syscall.SIGKILL)
		requireEnded(t, server)
	})

	t.Run("takes its build with it and frees the lock", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		p := startProgram(t, f)
		builder := readPID(t, g.pidFile)
		p.signal(t, syscall.SIGKILL)
		requireEnded(t, builder)

		next := f.binaryLater(t.Context())
		g.finish(t, "built")
		require.NoError(t, (<-next).err, "the next program builds")
	})
}
