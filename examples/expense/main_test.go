package main

import (
	"context"
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
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

func TestSimulatedApproversPayTheReport(t *testing.T) {
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), []string{"-auto"}, &out), "%s", &out)
	require.Contains(t, out.String(), `notice     to directors: please look at "train to the customer" of eve, 1 must approve`)
	require.Contains(t, out.String(), `approved   approvers: [ann bob fay], receipt: "7000 euros to eve"`)
	exampletest.RequireShown(t, "expense", out.String())
}

func TestSmallerReportsNeedFewerApprovals(t *testing.T) {
	for amount, outcome := range map[string]string{
		"40":  `approvers: [], receipt: "40 euros to eve"`,
		"420": `approvers: [ann], receipt: "420 euros to eve"`,
	} {
		t.Run(amount, func(t *testing.T) {
			var out exampletest.Screen
			require.NoError(t, run(t.Context(), []string{"-auto", "-amount", amount}, &out), "%s", &out)
			require.Contains(t, out.String(), outcome)
		})
	}
}

func TestPrintedRequestAndLinkDecide(t *testing.T) {
	out, ended := background(t, t.Context())
	printed := regexp.MustCompile(`curl -s -u ann: (http://[0-9.:]+/approvals)/decide -H 'Content-Type: ([a-z/]+)' -d '(.*)'`)
	pasted := printed.FindStringSubmatch(out.String())
	require.NotNil(t, pasted, "%s", out)
	site, approve := pasted[1], pasted[3]
	require.True(t, json.Valid([]byte(approve)))

	ask := func(name, method, address, contentType, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", contentType)
		req.SetBasicAuth(name, "")
		response, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(data)
	}
	for name, status := range map[string]int{"eve": http.StatusForbidden, "dan": http.StatusForbidden, "zoe": http.StatusUnauthorized} {
		got, body := ask(name, http.MethodPost, site+"/decide", pasted[2], approve)
		require.Equal(t, status, got, body)
	}
	for _, name := range []string{"ann", "bob"} {
		status, body := ask(name, http.MethodPost, site+"/decide", pasted[2], approve)
		require.Equal(t, http.StatusOK, status, body)
	}
	link := regexp.MustCompile(`link of fay:\n.*(http\S+)`).FindStringSubmatch(out.String())[1]
	followed, err := url.Parse(link)
	require.NoError(t, err)
	status, body := ask("", http.MethodGet, link, "", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, "train to the customer")
	form := url.Values{"token": {followed.Query().Get("token")}, "choice": {"approve"}}
	status, body = ask("", http.MethodPost, site+"/link", "application/x-www-form-urlencoded", form.Encode())
	require.Equal(t, http.StatusOK, status, body)
	require.NoError(t, <-ended)
	require.Contains(t, out.String(), "approvers: [ann bob fay]")
}

func TestInterruptedProgramLeavesNoOpenWorkflow(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	out, ended := background(t, ctx)
	interrupt()
	id := regexp.MustCompile(`expense-\w+`).FindString(out.String())
	require.EqualError(t, <-ended, "workflow "+id+" is terminated")

	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	require.Equal(t, "Terminated", d.GetWorkflowExecutionInfo().GetStatus().String())
}

// background runs the program until it has printed how to decide.
func background(t *testing.T, ctx context.Context) (*exampletest.Screen, <-chan error) {
	t.Helper()
	var out exampletest.Screen
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, &out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "link of fay") }, time.Minute, 10*time.Millisecond)
	return &out, ended
}
