package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

// A person who pastes the printed lines decides: by curl, by the CLI, by a link.
func TestByHand(t *testing.T) {
	var out exampletest.Screen
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"-amount", "7000"}, &out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "update execute") }, time.Minute, 10*time.Millisecond)
	pasted := regexp.MustCompile(`curl -s -u ann: (http://[0-9.:]+/approvals)/decide -H 'Content-Type: ([a-z/]+)' -d '(.*)'`).FindStringSubmatch(out.String())
	require.NotNil(t, pasted, "%s", &out)
	site, approve := pasted[1], pasted[3]
	require.JSONEq(t, `{"workflow": "expense-`+regexp.MustCompile(`workflow expense-(\w+)`).FindStringSubmatch(out.String())[1]+`", "gate": "expense", "choice": "approve"}`, approve)

	ask := func(who, method, address, contentType, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", contentType)
		req.SetBasicAuth(who, "")
		response, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(data)
	}
	for who, status := range map[string]int{"eve": http.StatusForbidden, "dan": http.StatusForbidden, "zoe": http.StatusUnauthorized} {
		got, _ := ask(who, http.MethodPost, site+"/decide", "application/json", approve)
		require.Equal(t, status, got, who)
	}
	shown := regexp.MustCompile(`curl -s -u ann: '(.*/gate\?.*)'`).FindStringSubmatch(out.String())
	status, body := ask("ann", http.MethodGet, shown[1], "", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"state":"open"`)
	again := regexp.MustCompile(`curl -s -u eve: \S+ -H 'Content-Type: [a-z/]+' -d '(.*)'`).FindStringSubmatch(out.String())
	for body, want := range map[string]int{
		again[1]: http.StatusConflict, // nobody asked for it
		strings.ReplaceAll(again[1], `"euros":90`, `"euros":7001`): http.StatusConflict, // nor for that
	} {
		status, got := ask("eve", http.MethodPost, site+"/change", "application/json", body)
		require.Equal(t, want, status, got)
	}
	status, body = ask("ann", http.MethodPost, site+"/decide", pasted[2]+"; charset=utf-8", approve)
	require.Equal(t, http.StatusOK, status, body)

	// The other way that is printed: an update, as the CLI sends it.
	printed := regexp.MustCompile(`--workflow-id (\S+) --name (\S+) --input '(.*)'`).FindStringSubmatch(out.String())
	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	handle, err := c.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: printed[1], UpdateName: printed[2], WaitForStage: client.WorkflowUpdateStageCompleted,
		Args: []any{json.RawMessage(strings.ReplaceAll(printed[3], `"ann"`, `"bob"`))},
	})
	require.NoError(t, err)
	require.NoError(t, handle.Get(t.Context(), nil))

	// And the link that fay got: it shows first, then it decides.
	link := regexp.MustCompile(`fay got:\n.*(http\S+)`).FindStringSubmatch(out.String())[1]
	status, body = ask("", http.MethodGet, link, "", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "Nothing is decided yet")
	require.Contains(t, body, "train to the customer")
	followed, err := url.Parse(link)
	require.NoError(t, err)
	form := url.Values{"token": {followed.Query().Get("token")}, "choice": {"approve"}}
	status, body = ask("", http.MethodPost, site+"/link", "application/x-www-form-urlencoded", form.Encode())
	require.Equal(t, http.StatusOK, status, body)

	require.NoError(t, <-ended)
	for _, line := range []string{"decided    ann: approve, by demo-directory", "decided    bob: approve, by cli", "decided    fay: approve, by link", "approvers: [ann bob fay]"} {
		require.Contains(t, out.String(), line)
	}
}
