package main

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

func TestRequestsAreRepeatedUnlessRefusedForGood(t *testing.T) {
	t.Parallel()
	for status, final := range map[int]bool{
		400: true, 401: true, 403: true, 405: true, 409: true, 412: true, 413: true, 415: true, 422: true,
		404: false, 408: false, 425: false, 429: false, 500: false, 503: false,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			asked := 0
			url, stop, err := loopback.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet { // the order goes on
					_, _ = io.WriteString(w, `{"state": "approving"}`)
					return
				}
				if asked++; asked == 1 {
					http.Error(w, "why", status)
				}
			}))
			require.NoError(t, err)
			defer stop()
			r := &experiment{record: newRecord(), api: service.Client{URL: url, HTTP: http.DefaultClient}}
			acknowledged, err := r.insist(t.Context(), votesCount, "o", func() error {
				return r.api.Submit(t.Context(), orders.Order{ID: "o"})
			})
			require.NoError(t, err)
			require.Equal(t, !final, acknowledged)
			if final {
				require.Equal(t, 1, asked)
				require.Equal(t, map[string][]string{votesCount: {fmt.Sprintf("o: HTTP %d: why", status)}}, r.record.refused)
			} else {
				require.Equal(t, 2, asked)
				require.Empty(t, r.record.refused)
			}
		})
	}
}
