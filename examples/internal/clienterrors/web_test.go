package clienterrors

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

func web(t *testing.T) []row {
	paths := http.NewServeMux()
	paths.HandleFunc("/status/{code}/{after}", func(w http.ResponseWriter, r *http.Request) {
		if after := r.PathValue("after"); after != "-" {
			w.Header().Set("Retry-After", after)
		}
		code, _ := strconv.Atoi(r.PathValue("code"))
		w.WriteHeader(code)
		_, _ = io.WriteString(w, `{"error":"no"}`)
	})
	paths.HandleFunc("/hangs", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	paths.HandleFunc("/closes", func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	})
	paths.HandleFunc("/garbage", func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_, _ = io.WriteString(conn, "what?\r\n\r\n")
			_ = conn.Close()
		}
	})
	paths.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "x")
	})
	paths.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) })
	server := httptest.NewServer(paths)
	t.Cleanup(server.Close)
	request := func(change func(*http.Request), path string) error {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, nil)
		if err != nil {
			return err
		}
		if change != nil {
			change(r)
		}
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 500 * time.Millisecond}
		response, err := c.Do(r)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if err := classify.CheckResponse(response); err != nil {
			return err
		}
		return second(io.ReadAll(response.Body))
	}
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header[name] = []string{value} }
	}
	rows := []row{
		{"HTTP: connection refused", second(http.Get("http://" + refused(t)))}, //nolint:bodyclose,noctx // there is none
		{"HTTP: no answer in time", request(nil, "/hangs")},
		{"HTTP: connection closed without an answer", request(nil, "/closes")},
		{"HTTP: an answer that is no HTTP", request(nil, "/garbage")},
		{"HTTP: a body that ends early", request(nil, "/short")},
		{"HTTP: redirects in a circle", request(func(r *http.Request) { r.Method = http.MethodGet }, "/circle")},
		{"HTTP: unknown scheme", second(http.Get("gopher://127.0.0.1/"))}, //nolint:bodyclose,noctx // there is none
		{"HTTP: not a URL", second(http.Get("http://[::1"))},              //nolint:bodyclose,noctx // there is none
		{"HTTP: no host", second(http.Get("http:///x"))},                  //nolint:bodyclose,noctx // there is none
		{"HTTP: a token with a newline", request(header("Authorization", "Bearer x\n"), "/")},
		{"HTTP: a header name with a space", request(header("X Y", "z"), "/")},
		{"HTTP: not a method", request(func(r *http.Request) { r.Method = "PO ST" }, "/")},
		{"HTTP: https without TLS", second(http.Get(strings.Replace(server.URL, "http:", "https:",
			1)))}, //nolint:bodyclose,noctx // there is none
	}
	for _, status := range []int{400, 401, 403, 404, 408, 409, 412, 413, 422, 423, 425, 429, 500, 501, 502, 503, 504, 529} {
		rows = append(rows, row{fmt.Sprintf("HTTP: %d", status), request(nil, fmt.Sprintf("/status/%d/-", status))})
	}
	for _, status := range []int{403, 409, 413, 429, 500, 503, 529} {
		rows = append(rows, row{fmt.Sprintf("HTTP: %d, Retry-After: 7", status), request(nil, fmt.Sprintf("/status/%d/7", status))})
	}
	return rows
}
