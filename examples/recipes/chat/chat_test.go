package chat_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/recipes/chat"
)

func TestNotify(t *testing.T) {
	t.Parallel()
	var texts, keys []string
	status := http.StatusOK
	webhook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		texts, keys = append(texts, string(body)), append(keys, r.Header.Get("Idempotency-Key"))
		w.WriteHeader(status)
	}))
	t.Cleanup(webhook.Close)
	p := &chat.Poster{Webhook: webhook.URL, Page: "https://erp.example.com/approvals/gate", Client: webhook.Client()}
	n := approval.Notice{
		Key: "n1", Kind: approval.NoticeOpened, WorkflowID: "expense 7", Gate: "expense", Title: `Report "7"`, Missing: 2,
	}
	require.NoError(t, p.Notify(t.Context(), n))
	require.JSONEq(t, `{"text": "opened: \"Report \\\"7\\\"\" waits for 2 more approvals: `+
		`https://erp.example.com/approvals/gate?gate=expense&workflow=expense+7"}`, texts[0])
	n.Kind, n.State = approval.NoticeClosed, policy.StateApproved
	require.NoError(t, p.Notify(t.Context(), n))
	require.JSONEq(t, `{"text": "\"Report \\\"7\\\"\" is approved"}`, texts[1])
	require.Equal(t, []string{"n1", "n1"}, keys)
	status = http.StatusServiceUnavailable
	require.ErrorContains(t, p.Notify(t.Context(), n), "503")
}
