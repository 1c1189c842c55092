package payments_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

func send(t *testing.T, p *payments.Provider, path, key, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Idempotency-Key", key)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w
}

const body = `{"order": "o-1", "cents": 4200}`

func TestKeysMoveMoneyOnce(t *testing.T) {
	t.Parallel()
	p := payments.New(payments.Options{})
	first := send(t, p, "/charges", "k", body)
	require.Equal(t, http.StatusOK, first.Code)
	again := send(t, p, "/charges", "k", body)
	require.Equal(t, first.Body.String(), again.Body.String(), "the first answer")
	require.Equal(t, payments.Entry{Order: "o-1", Charges: 1, Requests: 2, Cents: 4200}, p.Ledger()["o-1"])
	require.Equal(t, http.StatusUnprocessableEntity, send(t, p, "/charges", "k", `{"order": "o-1", "cents": 1}`).Code)
	require.Equal(t, http.StatusOK, send(t, p, "/refunds", "k", body).Code, "another kind")
	require.Zero(t, p.Ledger()["o-1"].Cents)

	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/charges?order=o-1", nil))
	var entry payments.Entry
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &entry))
	require.Equal(t, p.Ledger()["o-1"], entry)
	w = httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/charges?order=none", nil))
	require.JSONEq(t, `{"order": "none", "charges": 0, "refunds": 0, "requests": 0, "cents": 0}`, w.Body.String())
}

func TestProviderFailsAsItsOptionsSay(t *testing.T) {
	t.Parallel()
	careless := payments.New(payments.Options{IgnoreKeys: true})
	for range 2 {
		require.Equal(t, http.StatusOK, send(t, careless, "/charges", "k", body).Code)
	}
	require.Equal(t, 2, careless.Ledger()["o-1"].Charges)

	busy := payments.New(payments.Options{Busy: 1})
	w := send(t, busy, "/charges", "k", body)
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Empty(t, busy.Ledger())

	losing := payments.New(payments.Options{Lost: 1})
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { send(t, losing, "/charges", "k", body) })
	require.Equal(t, 1, losing.Ledger()["o-1"].Charges, "the money moved")

	for _, bad := range []string{"", `{"order": "", "cents": 1}`, `{"order": "o", "cents": 0}`, `{"order": "` + strings.Repeat("o",
		5<<10) + `"}`} {
		require.Equal(t, http.StatusBadRequest, send(t, careless, "/charges", "k", bad).Code)
	}
	require.Equal(t, http.StatusBadRequest, send(t, careless, "/charges", strings.Repeat("k", 256), body).Code)
}
