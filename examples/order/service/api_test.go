package service_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func TestAPI(t *testing.T) {
	t.Parallel()
	r := newRig(t, startServer(t, devserver.Options{}), nil)
	r.becomes(http.StatusOK, "/readyz")
	for name, c := range map[string]struct {
		method, path, who, body string
		status                  int
		text                    string
	}{
		"nobody":         {"POST", "/orders", "", `{"id": "a", "cents": 1, "items": 1}`, 401, "sign in first"},
		"a stranger":     {"GET", "/orders/a", "eve", "", 401, "sign in first"},
		"not JSON":       {"POST", "/orders", "cleo", `id=a`, 400, "the body cannot be read as JSON"},
		"unknown field":  {"POST", "/orders", "cleo", `{"id": "a", "euros": 1}`, 400, `unknown field "euros"`},
		"more behind it": {"POST", "/orders", "cleo", `{"id": "a", "cents": 1, "items": 1} {}`, 400, "there is more behind it"},
		"too much":       {"POST", "/orders", "cleo", `{"id": "` + strings.Repeat("a", 5000) + `"}`, 413, "send at most 4096 bytes"},
		"no ID":          {"POST", "/orders", "cleo", `{"cents": 1, "items": 1}`, 400, "with an ID of at most 100 letters"},
		"an ID as a path": {
			"POST", "/orders", "cleo", `{"id": "../charges?", "cents": 1, "items": 1}`, 400,
			"with an ID of at most 100 letters",
		},
		"a long ID": {
			"POST", "/orders", "cleo", `{"id": "` + strings.Repeat("a", 101) + `", "cents": 1, "items": 1}`, 400,
			"at most 100 letters",
		},
		"no money": {"POST", "/orders", "cleo", `{"id": "a", "cents": 0, "items": 1}`, 400, "more than 0 cents and items"},
		"another's order": {
			"POST", "/orders", "cleo", `{"id": "a", "cents": 1, "items": 1, "clerk": "sam"}`, 400,
			"the clerk is who has signed in",
		},
		"item without ID":  {"POST", "/orders/a/items", "cleo", `{}`, 400, `send {"id": "i-1"}`},
		"no such order":    {"GET", "/orders/a", "cleo", "", 404, "there is no such order, or it has ended"},
		"item for nothing": {"POST", "/orders/a/items", "cleo", `{"id": "i-1"}`, 404, "there is no such order, or it has ended"},
		"cancel nothing":   {"DELETE", "/orders/a", "cleo", "", 404, "there is no such order, or it has ended"},
		"another method":   {"PUT", "/orders/a", "cleo", "", 405, ""},
		"gate of nothing": {
			"POST", "/approvals/decide", "sam", `{"workflow": "order-a", "gate": "large-order", "choice": "approve"}`, 404,
			"there is no such gate, or it is not for you",
		},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), c.method, r.URL+c.path, strings.NewReader(c.body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/json")
			if c.who != "" {
				request.SetBasicAuth(c.who, "")
			}
			status, text := r.do(request)
			require.Equal(t, c.status, status, text)
			require.Contains(t, text, c.text)
		})
	}
}

// One order is one workflow, however often it is sent, and its clerk never
// approves it.
func TestAnOrderIsSentTwice(t *testing.T) {
	t.Parallel()
	r := newRig(t, startServer(t, devserver.Options{}), nil)
	r.becomes(http.StatusOK, "/readyz")
	order := orders.Order{ID: "o", Cents: 4200_00, Items: 1}
	requireStatus := func(want int, err error) {
		t.Helper()
		var refused *service.StatusError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, want, refused.Status, refused.Text)
	}
	require.NoError(t, r.Submit(t.Context(), order))
	vote := service.Decision{Order: "o", Gate: orders.GateLarge, Choice: policy.ChoiceApprove}
	_, err := r.Decide(t.Context(), vote)
	requireStatus(http.StatusForbidden, err)
	vote.Choice = policy.ChoiceReject
	_, err = r.As("sam").Decide(t.Context(), vote)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		p, err := r.Progress(t.Context(), "o")
		return err == nil && p.State == orders.StateRefused
	}, soon, tick)
	r.requireShown("o", "order o of 4200.00 euros", "**refused**, 4200.00 euros: the order was rejected")
	require.NoError(t, r.Submit(t.Context(), order), "the same order, which has ended")
	requireStatus(http.StatusConflict, r.As("sam").Submit(t.Context(), order)) // of another clerk
	order.Cents = 9999_00
	requireStatus(http.StatusConflict, r.Submit(t.Context(), order))
	requireStatus(http.StatusConflict, r.Cancel(t.Context(), "o")) // it has ended
	p, err := r.Progress(t.Context(), "o")
	require.NoError(t, err)
	require.Equal(t, orders.StateRefused, p.State, "the order did not start again")
}

// What a browser sends for the page of another person is refused, and so is what is
// no JSON.
func TestOtherPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, startServer(t, devserver.Options{}), nil)
	for name, c := range map[string]struct {
		site, content string
		status        int
	}{
		"of another site": {"cross-site", "application/json", http.StatusForbidden},
		"a form":          {"", "text/plain", http.StatusUnsupportedMediaType},
		"its own":         {"same-origin", "application/json; charset=utf-8", http.StatusOK},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.URL+"/orders",
			strings.NewReader(`{"id": "a", "cents": 1, "items": 1}`))
		require.NoError(t, err)
		request.SetBasicAuth("cleo", "")
		request.Header.Set("Content-Type", c.content)
		request.Header.Set("Sec-Fetch-Site", c.site)
		status, text := r.do(request)
		require.Equal(t, c.status, status, "%s: %s", name, text)
	}
}

// Who sends half a request holds nothing up for long.
func TestHalfARequest(t *testing.T) {
	t.Parallel()
	r := newRig(t, startServer(t, devserver.Options{}), nil)
	r.becomes(http.StatusOK, "/livez")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.URL, "http://"))
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.SetDeadline(time.Now().Add(soon)))
	_, err = io.WriteString(c, "POST /orders HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Y2xlbzo=\r\n"+
		"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"id\":")
	require.NoError(t, err)
	answer, err := io.ReadAll(c) // until the server closes it
	require.NoError(t, err)
	require.Contains(t, string(answer), "HTTP/1.1 400 ")
}
