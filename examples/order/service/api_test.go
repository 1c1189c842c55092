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

func TestAPIRefusesBadRequests(t *testing.T) {
	t.Parallel()
	s := newTestService(t, startServer(t, devserver.Options{}), nil)
	s.becomes(http.StatusOK, "/readyz")
	const unknown = "there is no such order, or it has ended"
	for name, c := range map[string]struct {
		request, user, body string
		status              int
		text                string
	}{
		"no user":      {request: "POST /orders", body: `{"id": "a", "cents": 1, "items": 1}`, status: 401, text: "sign in first"},
		"unknown user": {request: "GET /orders/a", user: "eve", status: 401, text: "sign in first"},
		"a form":       {request: "POST /orders", user: "cleo", body: `id=a`, status: 400, text: "the body cannot be read as JSON"},
		"unknown field": {
			request: "POST /orders", user: "cleo", body: `{"id": "a", "euros": 1}`, status: 400, text: `unknown field "euros"`,
		},
		"two values": {
			request: "POST /orders", user: "cleo", body: `{"id": "a", "cents": 1, "items": 1} {}`, status: 400,
			text: "there is more behind the value",
		},
		"large body": {
			request: "POST /orders", user: "cleo", body: `{"id": "` + strings.Repeat("a", 5000) + `"}`, status: 413, text: "send at most 4096 bytes",
		},
		"no ID": {
			request: "POST /orders", user: "cleo", body: `{"cents": 1, "items": 1}`, status: 400, text: "with an ID of at most 100 letters",
		},
		"ID with a path": {
			request: "POST /orders", user: "cleo", body: `{"id": "../charges?", "cents": 1, "items": 1}`, status: 400, text: "with an ID",
		},
		"long ID": {
			request: "POST /orders", user: "cleo", body: `{"id": "` + strings.Repeat("a", 101) + `", "cents": 1, "items": 1}`, status: 400,
			text: "at most 100 letters",
		},
		"no amount": {
			request: "POST /orders", user: "cleo", body: `{"id": "a", "cents": 0, "items": 1}`, status: 400, text: "more than 0 cents and items",
		},
		"clerk who did not sign in": {
			request: "POST /orders", user: "cleo", body: `{"id": "a", "cents": 1, "items": 1, "clerk": "sam"}`, status: 400,
			text: "the clerk must be the user who signed in",
		},
		"item without ID":                  {request: "POST /orders/a/items", user: "cleo", body: `{}`, status: 400, text: `send {"id": "i-1"}`},
		"unknown order":                    {request: "GET /orders/a", user: "cleo", status: 404, text: unknown},
		"item of an unknown order":         {request: "POST /orders/a/items", user: "cleo", body: `{"id": "i-1"}`, status: 404, text: unknown},
		"cancellation of an unknown order": {request: "DELETE /orders/a", user: "cleo", status: 404, text: unknown},
		"unknown method":                   {request: "PUT /orders/a", user: "cleo", status: 405},
		"vote on an unknown gate": {
			request: "POST /approvals/decide", user: "sam", body: `{"workflow": "order-a", "gate": "large-order", "choice": "approve"}`, status: 404,
			text: "there is no such gate, or it is not for you",
		},
	} {
		t.Run(name, func(t *testing.T) {
			method, path, _ := strings.Cut(c.request, " ")
			request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(c.body))
			require.NoError(t, err)
			request.Header.Set("Content-Type", "application/json")
			if c.user != "" {
				request.SetBasicAuth(c.user, "")
			}
			status, text := s.do(request)
			require.Equal(t, c.status, status, text)
			require.Contains(t, text, c.text)
		})
	}
}

func TestOrderSentTwiceStartsOneWorkflow(t *testing.T) {
	t.Parallel()
	s := newTestService(t, startServer(t, devserver.Options{}), nil)
	s.becomes(http.StatusOK, "/readyz")
	order := orders.Order{ID: "o", Cents: 4200_00, Items: 1}
	requireStatus := func(want int, err error) {
		t.Helper()
		var refused *service.StatusError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, want, refused.Status, refused.Text)
	}
	require.NoError(t, s.Submit(t.Context(), order))
	vote := service.Decision{Order: "o", Gate: orders.GateLarge, Choice: policy.ChoiceApprove}
	_, err := s.Decide(t.Context(), vote)
	requireStatus(http.StatusForbidden, err)
	vote.Choice = policy.ChoiceReject
	_, err = s.As("sam").Decide(t.Context(), vote)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		p, err := s.Progress(t.Context(), "o")
		return err == nil && p.State == orders.StateRefused
	}, soon, tick)
	s.requireShown("o", "order o of 4200.00 euros", "**refused**, 4200.00 euros: the order was rejected")
	require.NoError(t, s.Submit(t.Context(), order), "the same order, which has ended")
	requireStatus(http.StatusConflict, s.As("sam").Submit(t.Context(), order)) // of another clerk
	order.Cents = 9999_00
	requireStatus(http.StatusConflict, s.Submit(t.Context(), order))
	requireStatus(http.StatusConflict, s.Cancel(t.Context(), "o")) // it has ended
	p, err := s.Progress(t.Context(), "o")
	require.NoError(t, err)
	require.Equal(t, orders.StateRefused, p.State, "the order did not start again")
}

func TestAPIRefusesRequestsFromOtherOrigins(t *testing.T) {
	t.Parallel()
	s := newTestService(t, startServer(t, devserver.Options{}), nil)
	for name, c := range map[string]struct {
		site, contentType string
		status            int
	}{
		"another site":  {site: "cross-site", contentType: "application/json", status: http.StatusForbidden},
		"a form":        {contentType: "text/plain", status: http.StatusUnsupportedMediaType},
		"the same site": {site: "same-origin", contentType: "application/json; charset=utf-8", status: http.StatusOK},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/orders",
			strings.NewReader(`{"id": "a", "cents": 1, "items": 1}`))
		require.NoError(t, err)
		request.SetBasicAuth("cleo", "")
		request.Header.Set("Content-Type", c.contentType)
		request.Header.Set("Sec-Fetch-Site", c.site)
		status, text := s.do(request)
		require.Equal(t, c.status, status, "%s: %s", name, text)
	}
}

func TestIncompleteRequestEnds(t *testing.T) {
	t.Parallel()
	s := newTestService(t, startServer(t, devserver.Options{}), nil)
	s.becomes(http.StatusOK, "/livez")
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.URL, "http://"))
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
