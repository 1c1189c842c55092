//go:build linux || darwin

package devserver

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type connected struct {
	*Server
	err error
}

func (f finder) connectLater(ctx context.Context) <-chan connected {
	later := make(chan connected, 1)
	go func() {
		server, err := f.connect(ctx)
		later <- connected{server, err}
	}()
	return later
}

func TestConnect(t *testing.T) {
	// The temporal on PATH is the real one, wherever it comes from.
	t.Setenv("PATH", filepath.Dir(cli))

	t.Run("starts a server with a Web UI when there is none", func(t *testing.T) {
		f, out := newTestFinder(t)
		server, err := f.connect(t.Context())
		require.NoError(t, err)
		defer server.Stop()
		requireAnswers(t, server)
		require.Equal(t, f.port, portOf(t, server))
		require.Equal(t, "http://127.0.0.1:"+strconv.Itoa(f.uiPort), server.UI)
		require.Eventually(t, func() bool { return f.findUI(t.Context()) != "" }, soon, tick, "the Web UI answers")
		require.Equal(t, "Temporal: started "+cli+" on "+server.ClientOptions.HostPort+"; it ends with this program\n"+
			"Temporal: Web UI: "+server.UI+"\n", out.String())

		server.Stop()
		requireGone(t, server.PID)
	})

	t.Run("takes another port for the Web UI when its own is taken", func(t *testing.T) {
		f, _ := newTestFinder(t)
		f.uiPort = listen(t)
		server, err := f.connect(t.Context())
		require.NoError(t, err)
		defer server.Stop()
		resp, err := http.Get(server.UI + "/healthz")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusOK, resp.StatusCode)
	})

	t.Run("uses a server that answers and leaves it running", func(t *testing.T) {
		f, out := newTestFinder(t)
		running, err := f.connect(t.Context())
		require.NoError(t, err)
		defer running.Stop()
		require.Eventually(t, func() bool { return f.findUI(t.Context()) != "" }, soon, tick, "the Web UI answers")

		found, err := f.connect(t.Context())
		require.NoError(t, err)
		require.Zero(t, found.PID)
		require.Equal(t, "http://localhost:"+strconv.Itoa(f.uiPort), found.UI)
		require.Contains(t, out.String(), "using the server that already runs on localhost:"+strconv.Itoa(f.port))
		found.Stop()
		requireAnswers(t, found)
	})

	t.Run("two programs that start together share one server", func(t *testing.T) {
		f, _ := newTestFinder(t)
		f.patience = soon
		first, second := f.connectLater(t.Context()), f.connectLater(t.Context())
		a, b := <-first, <-second
		require.NoError(t, errors.Join(a.err, b.err))
		defer a.Stop()
		defer b.Stop()
		require.NotEqual(t, a.PID == 0, b.PID == 0, "one starts the server, the other uses it")
		requireAnswers(t, a.Server)
		requireAnswers(t, b.Server)
	})

	t.Run("waits while another program starts a server, then uses it", func(t *testing.T) {
		f, out := newTestFinder(t)
		unlock := f.lockStart(t.Context())
		connected := f.connectLater(t.Context())
		require.Eventually(t, func() bool {
			return strings.Contains(out.String(), "another program starts a server")
		}, soon, tick)
		other, err := Start(t.Context(), nil, Options{Port: f.port})
		require.NoError(t, err)
		defer other.Stop()
		unlock()
		found := <-connected
		require.NoError(t, found.err)
		require.Zero(t, found.PID)
	})

	t.Run("a port taken by something else is an error that says what to do", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir()) // it does not build first
		f, _ := newTestFinder(t)
		f.port = listen(t)
		_, err := f.connect(t.Context())
		require.ErrorContains(t, err, "devserver: port "+strconv.Itoa(f.port)+" of 127.0.0.1 is not free, "+
			"and what listens there does not answer as a Temporal server")
		require.ErrorContains(t, err, "stop that program, or set TEMPORAL_ADDRESS to the server to use")
	})

	t.Run("the wait for a taken port ends with the context", func(t *testing.T) {
		f, _ := newTestFinder(t)
		f.port, f.patience = listen(t), time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := f.connect(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
