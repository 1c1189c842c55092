package main

import (
	"context"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

// number returns the number that pattern finds in text.
func number(t *testing.T, text, pattern string) float64 {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	require.NotNil(t, found, "%s in\n%s", pattern, text)
	n, err := strconv.ParseFloat(found[1], 64)
	require.NoError(t, err)
	return n
}

func TestSecondWorkerContinuesAndTheDeadlineMoves(t *testing.T) {
	t.Parallel()
	var screen exampletest.Screen
	require.NoError(t, run(t.Context(), &screen), "%s", &screen)
	out := screen.String()
	for _, line := range []string{
		`blue +render from frame 0 of 80, (8m0|7m\d+)s left`,
		`green +render has all 80 frames`,
		`green +remind the editor: 5s left`,
		`green +publish https://videos.example/video-`,
		`green +clean up`,
		`client +https://videos.example/video-\w+; the deadline moved by 6s`,
	} {
		require.Regexp(t, line, out)
	}
	require.GreaterOrEqual(t, strings.Count(out, "remind the editor: 5s left"), 2, "the reminder moves with the deadline")
	stopped := number(t, out, `blue +render ends before frame (\d+): Shutdown`)
	resumed := number(t, out, `green +render from frame (\d+) of 80, 7m\d+s left`)
	require.InDelta(t, stopped, resumed, 0, "the second attempt has the progress of the first")
	require.GreaterOrEqual(t, stopped, 10.0)
	require.Less(t, number(t, out, `blue stopped in (\S+) s`), stopTimeout.Seconds(), "the worker does not wait for its stop timeout")
	exampletest.RequireShown(t, "timeouts", out)
}

func TestOptionsHaveNoFindings(t *testing.T) {
	t.Parallel()
	require.Empty(t, lint.Check(fetch, lint.Options{}))
	require.Empty(t, lint.Check(render, lint.Options{}))
	require.Empty(t, lint.Check(publish, lint.Options{}))
	require.Empty(t, lint.Check(remind, lint.Options{}))
	require.Empty(t, lint.Check(cleanUp, lint.Options{}))
}

// An interrupted program cancels its workflow, which cleans up.
func TestInterruptedProgramCancelsTheWorkflow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ when, before string }{
		"while it renders": {when: "from frame 0", before: `ends before frame \d+: Canceled`},
		"while it waits":   {when: "MoreSeconds:6", before: `has all 80 frames`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			var out exampletest.Screen
			ended := make(chan error, 1)
			go func() { ended <- run(ctx, &out) }()
			require.Eventually(t, func() bool { return strings.Contains(out.String(), c.when) }, time.Minute, 10*time.Millisecond)
			interrupt()
			err := <-ended
			id := regexp.MustCompile(`video-\w+`).FindString(out.String())
			require.ErrorContains(t, err, "workflow "+id+" was canceled")
			require.Regexp(t, "(?s)"+c.before+".*clean up", out.String())
			require.NotContains(t, out.String(), "publish")

			o := server.ClientOptions
			o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
			temporal, err := client.Dial(o)
			require.NoError(t, err)
			defer temporal.Close()
			d, err := temporal.DescribeWorkflowExecution(t.Context(), id, "")
			require.NoError(t, err)
			require.Equal(t, "Canceled", d.GetWorkflowExecutionInfo().GetStatus().String())
		})
	}
}
