package main

import (
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

// newStory is a story without a worker.
func newStory(t *testing.T, out *exampletest.Screen) *story {
	t.Helper()
	o := server.ClientOptions
	o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	downstream, err := listen(t.Context())
	require.NoError(t, err)
	t.Cleanup(downstream.stop)
	s := &story{client: c, queue: t.Name(), out: out, downstream: downstream, book: &Book{}}
	s.breaker = newBreaker(s.say)
	return s
}

func start(t *testing.T, w worker.Worker) {
	t.Helper()
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

func TestProgram(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), nil, &out), "%s", &out)
	for _, line := range []string{
		`10 to 80 attempts, over after 1m at the latest`,
		`train +1 +503, retry after 2s +HTTP503, retry`,
		`train +2 +1s +2(\.\d+)?s +\S+ +connection reset +Network, retry`,
		`train +3 +1.5s +\S+ +\S+ +no answer +DeadlineExceeded, retry`,
		`train +4 +1.5s +\S+ +\S+ +200 +done`,
		`typo +1 +400 +HTTP400, final`,
		`up to 41 attempts in 1m0s`,
		`the breaker was closed, and is open`,
		`hotel +4 +1.5s +\S+ +\S+ +503 +HTTP503, retry`,
		`hotel +5 +1.5s +\S+ +\S+ +not called +parked`,
		`taxi +1 +not called +parked`,
		`the breaker was half-open, and is closed`,
		`visa +1 +503, retry after 10h0m0s +retry.BudgetExceeded, final`,
		`asked for 10h0m0s, and (1m0s|\d+(\.\d+)?s) were left`,
		`All went as planned`,
	} {
		require.Regexp(t, line, out.String())
	}
	exampletest.RequireShown(t, "retry", out.String())
}

func TestArguments(t *testing.T) {
	t.Parallel()
	require.EqualError(t, run(t.Context(), []string{"-v"}, &exampletest.Screen{}), `unexpected argument "-v"; this program takes none`)
}

// What is not as it was to be makes the program fail.
func TestBrokenPlanFails(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	s := newStory(t, &out)
	w, err := newWorker(s.client, s.queue, s.book, s.breaker, s.downstream.URL)
	require.NoError(t, err)
	start(t, w)
	err = s.play(t.Context(), []scenario{{title: "x", orders: []expected{
		{name: "x", script: []Answer{{Status: http.StatusBadRequest}}, least: 2, most: 3, state: Refused},
	}}})
	require.EqualError(t, err, "the plan was broken in 2 places; see the lines that begin with VIOLATED")
	require.Contains(t, out.String(), "   VIOLATED x: 1 attempts, and 2 to 3 were expected\n")
	require.Contains(t, out.String(), "   VIOLATED the breaker was [], and was to be [open half-open closed]\n")
}

// What the program says of Temporal without the interceptor is true.
func TestTemporalAlone(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	s := newStory(t, &out)
	w := worker.New(s.client, s.queue, worker.Options{Interceptors: []interceptor.WorkerInterceptor{s.book}})
	register(w, &Activities{URL: s.downstream.URL, HTTP: newHTTPClient(), Breaker: s.breaker})
	start(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	bad := Answer{Status: http.StatusBadRequest}
	ended := make(chan error, 1)
	go func() {
		ended <- s.play(ctx, []scenario{{title: "x", orders: []expected{{name: "x", script: []Answer{bad, bad, bad}}}}})
	}()
	id := s.queue + "-x"
	require.Eventually(t, func() bool { return len(s.downstream.callsOf(id)) == 2 }, time.Minute, 10*time.Millisecond, "it is tried again")
	cancel()
	require.EqualError(t, <-ended, "stopped\nworkflow "+id+" was canceled")
	r := result{want: expected{name: "x", least: 1, most: 1, state: Refused}, attempts: s.book.of(id), calls: s.downstream.callsOf(id)}
	require.Contains(t, strings.Join(r.violations(retry.Plan(policy, limits)), "\n"), "x: 2 attempts, and 1 to 1 were expected")
}

// Ctrl-C leaves no workflow waiting for a worker that is gone.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var out exampletest.Screen
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, &out) }()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "and is open") }, time.Minute, 10*time.Millisecond)
	interrupt()
	err := <-ended
	require.ErrorContains(t, err, "stopped\n")
	queue := regexp.MustCompile(`retry-\w+`).FindString(out.String())
	id := queue + "-hotel"
	require.ErrorContains(t, err, "workflow "+id+" was canceled")

	s := newStory(t, &out)
	w, err := newWorker(s.client, queue, s.book, s.breaker, s.downstream.URL)
	require.NoError(t, err)
	start(t, w) // the program's own may have had no time to see it
	require.Eventually(t, func() bool {
		d, err := s.client.DescribeWorkflowExecution(t.Context(), id, "")
		return err == nil && d.GetWorkflowExecutionInfo().GetStatus().String() == "Canceled"
	}, time.Minute, 10*time.Millisecond)
}
