//go:build servers

package approvalhttp_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// pausing is a client of a server of which an operator can pause workflows.
func pausing(t *testing.T) client.Client {
	t.Helper()
	full, err := devserver.StartFull(t.Context(), os.Stderr, devserver.FullOptions{
		Dir:      t.TempDir(),
		Settings: "frontend.WorkflowPauseEnabled:\n  - value: true\n",
	})
	require.NoError(t, err)
	t.Cleanup(full.Kill)
	c := dial(t, func(o *client.Options) { o.HostPort = full.ClientOptions.HostPort })
	require.Eventually(t, func() bool { return approvalclient.SetUpInbox(t.Context(), c, "default") == nil }, time.Minute, time.Second)
	require.Eventually(t, func() bool { // the attributes are known
		_, err := newPeople(t, c, approvalclient.Options{}).Inbox(t.Context(), approvalclient.Filter{All: true})
		return err == nil
	}, time.Minute, 100*time.Millisecond)
	return c
}

// A gate of a paused workflow stays in the inbox, as one that cannot be read. Votes on
// it are kept, changes are refused, and no one is sent to look for a worker. It goes on
// when the workflow does.
func TestPausedWorkflow(t *testing.T) {
	t.Parallel()
	const id = "paused"
	c := pausing(t)
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	run := start(t, c, t.Name(), id, Order{Gates: 1, Group: "g", Inbox: true})
	waits := func() (items, unread int) {
		all, unread := s.list("ann", "g")
		return len(all), unread
	}
	require.Eventually(t, func() bool { items, _ := waits(); return items == 1 }, time.Minute, 100*time.Millisecond)
	gate := s.gate("ann", "g", id, gateID(0))
	link := s.token(id, "u-bob", "g", gate)

	_, err := c.WorkflowService().PauseWorkflowExecution(t.Context(), &workflowservice.PauseWorkflowExecutionRequest{
		Namespace:  "default",
		WorkflowId: id, Reason: "an operator looks",
	})
	require.NoError(t, err)
	people := newPeople(t, c, approvalclient.Options{})
	ref := approvalclient.Ref{WorkflowID: id}
	require.Eventually(t, func() bool { _, unread := waits(); return unread == 1 }, 10*time.Second, 100*time.Millisecond)
	require.Never(t, func() bool { items, unread := waits(); return items+unread != 1 }, 3*time.Second, 500*time.Millisecond)
	for what, ask := range map[string]func() error{
		"Gate":   func() error { _, err := people.Gate(t.Context(), ref, gateID(0)); return err },
		"Status": func() error { _, err := people.Status(t.Context(), ref); return err },
		"Audit":  func() error { _, err := people.Audit(t.Context(), ref, gateID(0)); return err },
		"Manage": func() error {
			_, err := people.Change(t.Context(), ref, gateID(0), approvalclient.Change{
				ID: "1", Actor: policy.Actor{ID: "u-eve", Auth: "test"},
				Kind: approvalclient.ChangeWithdraw,
			})
			return err
		},
	} {
		err := ask()
		require.ErrorIs(t, err, approvalclient.ReasonWorkflowPaused, what)
		require.ErrorContains(t, err, "paused", what)
		require.NotContains(t, err.Error(), "worker runs", what)
		require.NotContains(t, err.Error(), "unknown outcome", what)
	}
	_, err = signals.NewUpdate[int, int]("any").Execute(t.Context(), c, signals.Ref{WorkflowID: id}, "", 1)
	require.ErrorContains(t, err, "paused")
	require.NotErrorIs(t, err, signals.ReasonOutcomeUnknown)

	for path, want := range map[string]int{
		"/gate?" + url.Values{"workflow": {id}, "gate": {gateID(0)}}.Encode(): http.StatusConflict,
		"/link?" + url.Values{"token": {link}}.Encode():                       http.StatusConflict,
	} {
		status, answer := s.send("ann", "g", http.MethodGet, path, "", "")
		require.Equal(t, want, status, answer)
	}
	status, answer := s.send("ann", "g", http.MethodPost, "/decide", "application/json", decision(t, id, gateID(0), policy.ChoiceApprove))
	require.Equal(t, http.StatusAccepted, status, answer)
	status, answer = s.use(link, policy.ChoiceApprove)
	require.Equal(t, http.StatusAccepted, status, answer)

	_, err = c.WorkflowService().UnpauseWorkflowExecution(t.Context(), &workflowservice.UnpauseWorkflowExecutionRequest{
		Namespace:  "default",
		WorkflowId: id, Reason: "all is well",
	})
	require.NoError(t, err)
	var states []policy.State
	require.NoError(t, run.Get(t.Context(), &states))
	require.Equal(t, []policy.State{policy.StateApproved}, states)
}
