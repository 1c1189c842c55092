package loopback_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

func TestServeAnswersUntilStop(t *testing.T) {
	t.Parallel()
	url, stop, err := loopback.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "here")
	}))
	require.NoError(t, err)
	get := func() (*http.Response, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		return http.DefaultClient.Do(r)
	}
	response, err := get()
	require.NoError(t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, "here", string(text))
	stop()
	response, err = get()
	if err == nil {
		_ = response.Body.Close()
	}
	require.Error(t, err, "nothing is served any more")
}
