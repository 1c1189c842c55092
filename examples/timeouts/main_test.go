package main

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

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
		`T005 ScheduleToCloseTimeout`,
		`W101 HeartbeatTimeout`,
		`W102 ScheduleToStartTimeout`,
		`blue +render +from frame 0 of 80, with (8m0|7m\d+)s left`,
		`there is a heartbeat`,
		`blue +render +ends before frame \d+: Shutdown`,
		`green +render +from frame \d+ of 80, with 7m\d+s left`,
		`green +remind +the editor: 5s are left`,
		`editor +answer +6 s more, please`,
		`editor +answer +publish it`,
		`green +publish +https://videos.example/video-`,
		`green +clean up`,
		`Fetch +1m0s +1 +blue`,
		`Render +7m\S+s +2 +frame \d+ +blue, green`,
		`Publish +7m\S+s +1 +green`,
		`CleanUp +2m0s +1 +green`,
	} {
		require.Regexp(t, line, out.String())
	}
	require.Equal(t, 10, strings.Count(out.String(), "\nok  "), "%s", &out)
	exampletest.RequireShown(t, "timeouts", out.String())
}

func TestArguments(t *testing.T) {
	t.Parallel()
	require.EqualError(t, run(t.Context(), []string{"-v"}, &exampletest.Screen{}), `unexpected argument "-v"; this program takes none`)
}

// Ctrl-C leaves no workflow waiting for a worker that is gone, and nothing that
// was not cleaned up.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ when, first string }{
		"while it renders": {"from frame 0", `ends before frame \d+: Canceled`}, // then it cleans up
		"while it waits":   {"6 s more", `all 80 frames are there`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			var out exampletest.Screen
			ended := make(chan error, 1)
			go func() { ended <- run(ctx, nil, &out) }()
			require.Eventually(t, func() bool { return strings.Contains(out.String(), c.when) }, time.Minute, 10*time.Millisecond)
			interrupt()
			id := regexp.MustCompile(`video-\w+`).FindString(out.String())
			require.EqualError(t, <-ended, "stopped\nworkflow "+id+" was canceled")
			require.Regexp(t, "(?s)"+c.first+".*clean up", out.String())
			require.NotContains(t, out.String(), "publish  ")

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
