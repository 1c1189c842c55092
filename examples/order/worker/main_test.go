package main

import (
	"flag"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHealthcheckAsksTheListeningAddress(t *testing.T) {
	status := http.StatusOK
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
	server := httptest.NewServer(mux)
	t.Setenv("ORDER_LISTEN", server.Listener.Addr().String())
	require.NoError(t, run(t.Context(), []string{"healthcheck"}))
	status = http.StatusServiceUnavailable
	require.ErrorContains(t, run(t.Context(), []string{"healthcheck"}), "is not live: 503")
	server.Close()
	require.Error(t, run(t.Context(), []string{"healthcheck"}))
	t.Setenv("ORDER_LISTEN", "127.0.0.2:1")
	require.ErrorContains(t, run(t.Context(), []string{"healthcheck"}), "127.0.0.2:1", "the address of ORDER_LISTEN")
	t.Setenv("ORDER_LISTEN", ":1")
	require.ErrorContains(t, run(t.Context(), []string{"healthcheck"}), "127.0.0.1:1")
	t.Setenv("ORDER_LISTEN", "8080")
	require.ErrorContains(t, run(t.Context(), []string{"healthcheck"}), "missing port")
}

func TestBadSettingsAreReported(t *testing.T) {
	require.EqualError(t, run(t.Context(), []string{"start"}), `unexpected argument "start"; see -help`)
	require.ErrorIs(t, run(t.Context(), []string{"-help"}), flag.ErrHelp)
	require.ErrorContains(t, run(t.Context(), nil), `ORDER_PARTNERS is ""; set the address of the services`)
	taken := httptest.NewServer(http.NotFoundHandler())
	defer taken.Close()
	t.Setenv("ORDER_PARTNERS", "http://127.0.0.1:1")
	t.Setenv("ORDER_LISTEN", taken.Listener.Addr().String())
	require.ErrorContains(t, run(t.Context(), nil), "set an address that is free")
}
