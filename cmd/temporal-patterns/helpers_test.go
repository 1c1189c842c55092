package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	started, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	server = started
	defer server.Stop()
	m.Run()
}

// An answer is what a command has printed, and its exit code.
type answer struct {
	code           int
	stdout, stderr string
}

// command runs the tool with the settings of the server, and others in pairs.
func command(t *testing.T, settings map[string]string, args ...string) answer {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, environment{stdout: &stdout, stderr: &stderr, lookup: func(name string) (string, bool) {
		if value, ok := settings[name]; ok {
			return value, true
		}
		switch name {
		case "TEMPORAL_ADDRESS":
			return server.ClientOptions.HostPort, true
		case "TEMPORAL_CONFIG_FILE":
			return os.DevNull, true
		}
		return "", false
	}})
	return answer{code: code, stdout: stdout.String(), stderr: stderr.String()}
}

// into parses the output as JSON, with no field that the type lacks.
func (a answer) into(t *testing.T, value any) {
	t.Helper()
	require.Equal(t, exitOK, a.code, a.stderr)
	d := json.NewDecoder(bytes.NewBufferString(a.stdout))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(value), a.stdout)
}

func dial(t *testing.T) client.Client {
	t.Helper()
	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// expense waits for one of finance.
func expense(ctx workflow.Context) (string, error) {
	gates, err := approval.NewGates(ctx, approval.Options{Inbox: true})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{
		ID: "expense", Subject: "a chair", Title: "Chair", Requester: "eve",
		Policy: policy.Quorum(1, "finance"),
	})
	return string(out.State), err
}

// startExpense starts the workflow with a worker of its own.
func startExpense(t *testing.T, c client.Client, id string) client.WorkflowRun {
	t.Helper()
	w := worker.New(c, id, worker.Options{})
	w.RegisterWorkflow(expense)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	started, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: id}, expense)
	require.NoError(t, err)
	return started
}

// eventually repeats a command until it does what is expected, as visibility lags.
func eventually(t *testing.T, done func() bool) {
	t.Helper()
	require.Eventually(t, done, time.Minute, 200*time.Millisecond)
}
