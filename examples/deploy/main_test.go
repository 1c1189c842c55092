package main

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

func TestProgram(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), nil, &out), "%s", &out)
	for _, line := range []string{
		"decided    pia: reject at product, which is open",
		"deploys    v1.0.0 of eve",
		"audit      security: opened, vote, approved, used",
		"refused    pam: reject at security (NotEligible)",
		"decided    sam: reject at security, which is rejected",
		"refused    pat: approve at product (Closed)",
		"audit      product: opened, vote, canceled",
		"stopped    v1.1.0",
		`lapsed     v1.2.0  approval: gate "security": the approval was to be used by`,
		"All went as promised.",
	} {
		require.Contains(t, out.String(), line)
	}
	require.Equal(t, 1, strings.Count(out.String(), "deploys "))
	exampletest.RequireShown(t, "deploy", out.String())
}

func TestArguments(t *testing.T) {
	t.Parallel()
	require.EqualError(t, run(t.Context(), []string{"-v"}, &exampletest.Screen{}), `unexpected argument "-v"; this program takes none`)
}

// newTestStory is a story with a worker.
func newTestStory(t *testing.T, out io.Writer) *story {
	t.Helper()
	o := server.ClientOptions
	o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s, err := newStory(c, strings.ReplaceAll(t.Name(), "/", "-"), out)
	require.NoError(t, err)
	w, err := newWorker(c, s.queue, &Activities{Say: s.say})
	require.NoError(t, err)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return s
}

// What is not as it was promised makes the program fail, and nothing is left
// waiting.
func TestBrokenPromiseFails(t *testing.T) {
	t.Parallel()
	order := Order{Release: Release{Version: "v1", Author: "eve"}, Policies: policies(time.Hour)}
	no := vote{"sam", Security, approval.Reject, "no", ""}
	for name, c := range map[string]struct {
		scene   scene
		problem string
	}{
		"another end":      {scene{order: order, votes: []vote{no}, want: Deployed}, "it is stopped (), and was to be deployed ()"},
		"another audit":    {scene{order: order, votes: []vote{no}, want: Stopped}, `the audit of security is ["opened" "vote" "rejected"], and was to be []`},
		"a vote refused":   {scene{order: order, votes: []vote{{"eve", Product, approval.Approve, "", ""}}}, "approve of eve at product has failed"},
		"a vote that fits": {scene{order: order, votes: []vote{{"pam", Product, approval.Approve, "", approval.Closed}}}, "approve of pam at product was counted, and was to be refused as Closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestStory(t, &exampletest.Screen{})
			err := s.play(t.Context(), []scene{c.scene})
			require.ErrorContains(t, err, "release v1: "+c.problem)
			requireEnded(t, s.client, s.queue+"-v1")
		})
	}
}

// Ctrl-C leaves no workflow waiting for a worker that is gone.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	var out exampletest.Screen
	s := newTestStory(t, &out)
	long := scenes()[2]
	long.order.Window = time.Hour
	ended := make(chan error, 1)
	go func() { ended <- s.play(ctx, []scene{long}) }()
	decided := "pat: approve at product, which is approved"
	require.Eventually(t, func() bool { return strings.Contains(out.String(), decided) }, time.Minute, 10*time.Millisecond)
	interrupt()
	id := s.queue + "-" + long.order.Release.Version
	require.EqualError(t, <-ended, "stopped\nworkflow "+id+" was canceled")
	requireEnded(t, s.client, id)
}

func requireEnded(t *testing.T, c client.Client, id string) {
	t.Helper()
	d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	require.NotEqual(t, "Running", d.GetWorkflowExecutionInfo().GetStatus().String())
}
