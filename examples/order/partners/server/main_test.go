package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServerAnswersUntilItIsStopped(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Setenv("PARTNERS_LISTEN", l.Addr().String())
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, l) }()

	require.NoError(t, run(t.Context(), []string{"healthcheck"}))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+l.Addr().String()+"/scores",
		strings.NewReader(`{"id": "o-1"}`))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	require.ErrorContains(t, run(t.Context(), nil), "set an address that is free")
	stop()
	require.NoError(t, <-ended)
	require.Error(t, run(t.Context(), []string{"healthcheck"}))
	require.EqualError(t, run(t.Context(), []string{"start"}), `unexpected argument "start"; the only one is "healthcheck"`)
}
