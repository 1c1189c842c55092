package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = devserver.Start(context.Background(), os.Stderr, devserver.Options{}); err != nil {
		log.Fatal(err)
	}
	defer server.Stop()
	// The program under test must find this server and no other.
	if err := os.Setenv("TEMPORAL_ADDRESS", server.ClientOptions.HostPort); err != nil {
		log.Fatal(err)
	}
	m.Run()
}

// screen is what the program prints, readable while it runs.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func TestAuto(t *testing.T) {
	var out screen
	require.NoError(t, run(t.Context(), []string{"-auto"}, &out), "%s", &out)
	for _, line := range []string{
		`notice     to eve: "train to the customer" is approved, below 100 euros`,
		`approved   approvers: [], receipt: "40 euros to eve"`,
		"refused    eve: SelfApproval",
		"refused    ann: CommentRequired",
		"decided    ann: request-changes, the ticket says 390",
		"refused    bob: Paused",
		"again      eve: 390 euros, round 2",
		"refused    bob: Stale",
		`approved   approvers: [bob], receipt: "390 euros to eve"`,
		"refused    fay: NotEligible",
		`notice     to directors: please look at "train to the customer" of eve, 1 must approve`,
		`approved   approvers: [ann bob fay], receipt: "7000 euros to eve"`,
		`expired    approvers: [], receipt: ""`,
	} {
		require.Contains(t, out.String(), line)
	}
}

func TestNobodyDecides(t *testing.T) {
	var out screen
	require.NoError(t, run(t.Context(), []string{"-deadline", "1s"}, &out))
	require.Contains(t, out.String(), `expired    approvers: [], receipt: ""`)
}

func TestBadFlags(t *testing.T) {
	cases := map[string][]string{
		"-amount is 0":                   {"-amount", "0"},
		"-deadline is 10ms":              {"-deadline", "10ms"},
		"-auto plays reports of its own": {"-auto", "-amount", "7000"},
		`unexpected argument "no"`:       {"no"},
	}
	for problem, args := range cases {
		t.Run(problem, func(t *testing.T) {
			require.ErrorContains(t, run(t.Context(), args, &screen{}), problem)
		})
	}
}

// A person who pastes the printed line decides.
func TestByHand(t *testing.T) {
	var out screen
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), []string{"-amount", "7000"}, &out) }()
	pasted := regexp.MustCompile(`curl -s (http://[0-9.:]+)/decide -H 'Content-Type: ([a-z/]+)' -d '(.*)'`)
	require.Eventually(t, func() bool { return pasted.MatchString(out.String()) }, time.Minute, 10*time.Millisecond)
	require.Contains(t, out.String(), "temporal workflow update execute --address "+server.ClientOptions.HostPort)
	line := pasted.FindStringSubmatch(out.String())

	ask := func(method, path, contentType, body string) int {
		req, err := http.NewRequestWithContext(t.Context(), method, line[1]+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", contentType)
		response, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	for body, code := range map[string]int{
		`{"as":"eve","choice":"approve"}`: http.StatusForbidden,
		`{"as":"dan","choice":"approve"}`: http.StatusForbidden,
		`{"as":"zoe","choice":"approve"}`: http.StatusUnauthorized,
		`{"as":"ann","choice":"perhaps"}`: http.StatusBadRequest,
		`{"as":"ann","groups":["x"]}`:     http.StatusBadRequest,
		`{"as":"ann","choice":"approve","comment":"` + strings.Repeat("c", 70<<10) + `"}`: http.StatusBadRequest,
	} {
		require.Equal(t, code, ask(http.MethodPost, "/decide", "application/json", body), "%.40s", body)
	}
	require.Equal(t, http.StatusUnsupportedMediaType, ask(http.MethodPost, "/decide", "text/plain", line[3]), "a form of another origin")
	require.Equal(t, http.StatusMethodNotAllowed, ask(http.MethodGet, "/decide", "application/json", line[3]), "GET never decides")
	require.Equal(t, http.StatusOK, ask(http.MethodGet, "/status", "", ""))
	for body, code := range map[string]int{
		`{"as":"eve","euros":90}`:         http.StatusConflict, // nobody asked for it
		`{"as":"zoe","euros":90}`:         http.StatusUnauthorized,
		`{"as":"eve","euros":7001}`:       http.StatusUnprocessableEntity,
		`{"as":"eve","choice":"approve"}`: http.StatusBadRequest,
	} {
		require.Equal(t, code, ask(http.MethodPost, "/resubmit", "application/json", body), "%s", body)
	}
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/decide", line[2]+"; charset=utf-8", line[3]))

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
	require.Equal(t, http.StatusOK, ask(http.MethodPost, "/decide", "application/json", `{"as":"fay","choice":"approve"}`))
	require.NoError(t, <-ended)
	require.Contains(t, out.String(), "decided    ann: approve\n")
	require.Contains(t, out.String(), "decided    bob: approve, by cli")
	require.Contains(t, out.String(), "approvers: [ann bob fay]")
}

// Ctrl-C leaves no workflow waiting for a worker that is gone.
func TestInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var out screen
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, &out) }()
	id := regexp.MustCompile(`workflow (expense-\w+)`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "decide ") }, time.Minute, 10*time.Millisecond)
	interrupt()
	workflow := id.FindStringSubmatch(out.String())[1]
	require.EqualError(t, <-ended, fmt.Sprintf("stopped; workflow %s was canceled", workflow))

	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	d, err := c.DescribeWorkflowExecution(t.Context(), workflow, "")
	require.NoError(t, err)
	require.Equal(t, "Canceled", d.GetWorkflowExecutionInfo().GetStatus().String())
}
