package main

import (
	"context"
	"fmt"
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

func TestAuto(t *testing.T) {
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), []string{"-auto"}, &out), "%s", &out)
	for _, line := range []string{
		`notice     to eve: "train to the customer" is approved, below 100 euros`,
		`approved   approvers: [], receipt: "40 euros to eve"`,
		"refused    eve: SelfApproval",
		"refused    ann: CommentRequired",
		`decided    ann: "choice": "request-changes", "comment": "the ticket says 390"`,
		"refused    bob: Paused",
		"again      eve: 390",
		"refused    bob: Stale",
		`approved   approvers: [bob], receipt: "390 euros to eve"`,
		"refused    fay: NotEligible",
		"by link    bob: approve",
		`notice     to directors: please look at "train to the customer" of eve, 1 must approve`,
		`approved   approvers: [ann bob fay], receipt: "7000 euros to eve"`,
		`expired    approvers: [], receipt: ""`,
	} {
		require.Contains(t, out.String(), line)
	}
	exampletest.RequireShown(t, "expense", out.String())
}

func TestNobodyDecides(t *testing.T) {
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), []string{"-deadline", "3s"}, &out))
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
			require.ErrorContains(t, run(t.Context(), args, &exampletest.Screen{}), problem)
		})
	}
}

// Ctrl-C leaves no workflow waiting for a worker that is gone.
func TestInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var out exampletest.Screen
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, nil, &out) }()
	id := regexp.MustCompile(`workflow (expense-\w+)`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "with the Temporal CLI") }, time.Minute, 10*time.Millisecond)
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
