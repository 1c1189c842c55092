package approvalhttp_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

var yes = approvalclient.Vote{ID: "1", Actor: policy.Actor{ID: "u-ann", Groups: []string{"g"}, Auth: "test"}, Choice: policy.ChoiceApprove}

// A namespace that does not exist, and an ID that no workflow can have, are refused
// with their cause. To send it again would not help.
func TestWhatTheServerRefuses(t *testing.T) {
	t.Parallel()
	o := options
	o.Namespace = "nowhere"
	nowhere, err := client.NewLazyClient(o)
	require.NoError(t, err)
	t.Cleanup(nowhere.Close)
	s := newSite(t, nowhere, io.Discard)
	for path, body := range map[string]string{
		"/decide": decision(t, "w", "g", policy.ChoiceApprove), "/change": `{"workflow":"w","gate":"g","kind":"withdraw"}`,
	} {
		status, answer := s.send("ann", "g", http.MethodPost, path, "application/json", body)
		require.Equal(t, http.StatusBadGateway, status, answer)
	}
	status, answer := s.send("ann", "g", http.MethodGet, "/gates", "", "")
	require.Equal(t, http.StatusBadGateway, status, answer)
	_, err = newPeople(t, nowhere, approvalclient.Options{}).Decide(t.Context(), approvalclient.Ref{WorkflowID: "w"}, "g", yes)
	require.ErrorIs(t, err, approvalclient.ReasonRefused)
	require.ErrorContains(t, err, "nowhere")

	here := newPeople(t, dial(t, nil), approvalclient.Options{})
	for _, ref := range []approvalclient.Ref{{}, {WorkflowID: "w", RunID: "no run"}, {WorkflowID: strings.Repeat("w", 1001)}} {
		_, err = here.Decide(t.Context(), ref, "g", yes)
		require.ErrorIs(t, err, approval.ReasonMalformed)
		_, err = here.Gate(t.Context(), ref, "g")
		require.ErrorIs(t, err, approval.ReasonMalformed)
	}
	_, err = here.Gate(t.Context(), approvalclient.Ref{WorkflowID: "no such"}, "g")
	require.ErrorContains(t, err, "check the IDs")
}

// The run ended before any worker had seen the vote. Nothing was approved, and no one
// is told that it was: neither by the vote that is sent again, nor by the gate, nor by
// its audit.
func TestAVoteThatNoWorkerHasSeen(t *testing.T) {
	t.Parallel()
	c := dial(t, nil)
	for name, end := range map[string]struct {
		timeout time.Duration
		how     func(id string) error
		status  enumspb.WorkflowExecutionStatus
	}{
		"terminated": {
			time.Minute, func(id string) error { return c.TerminateWorkflow(t.Context(), id, "", "a mistake") },
			enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED,
		},
		"timed out": {5 * time.Second, func(string) error { return nil }, enumspb.WORKFLOW_EXECUTION_STATUS_TIMED_OUT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id, s := "unseen/"+name, newSite(t, c, io.Discard)
			people := newPeople(t, c, approvalclient.Options{UpdateTimeout: time.Second})
			stop := startWorker(t, c, t.Name())
			startFor(t, c, t.Name(), id, Order{Gates: 1, Group: "g"}, end.timeout)
			ref := approvalclient.Ref{WorkflowID: id}
			seen := yes
			seen.Actor.ID = "u-bob"
			_, err := people.Decide(t.Context(), ref, gateID(0), seen)
			require.NoError(t, err)
			stop()

			receipt, err := people.Decide(t.Context(), ref, gateID(0), yes)
			require.NoError(t, err)
			require.True(t, receipt.Queued)
			require.NoError(t, end.how(id))
			require.Eventually(t, func() bool {
				d, err := c.DescribeWorkflowExecution(t.Context(), id, "")
				return err == nil && d.GetWorkflowExecutionInfo().GetStatus() == end.status
			}, time.Minute, 100*time.Millisecond)

			startWorker(t, c, t.Name())
			people = newPeople(t, c, approvalclient.Options{UpdateTimeout: 20 * time.Second})
			receipt, err = people.Decide(t.Context(), ref, gateID(0), yes)
			require.ErrorIs(t, err, approval.ReasonClosed, "but the receipt says %q", receipt.State)
			receipt, err = people.Decide(t.Context(), ref, gateID(0), seen)
			require.NoError(t, err, "what a worker has counted has its receipt")
			require.Equal(t, 1, receipt.Approvals)
			gate, err := people.Gate(t.Context(), ref, gateID(0))
			require.NoError(t, err)
			require.Equal(t, policy.StateOpen, gate.State)
			require.Equal(t, 1, gate.Approvals)
			audit, err := people.Audit(t.Context(), ref, gateID(0))
			require.NoError(t, err)
			require.Len(t, audit.Entries, 2, "opened, and the vote of bob")
			status, answer := s.send("ann", "g", http.MethodPost, "/decide", "application/json", decision(t, id, gateID(0), policy.ChoiceApprove),
				"Idempotency-Key", "1")
			require.Equal(t, http.StatusConflict, status, answer)
		})
	}
}

// A change that the server does not take, since the run has as many updates as it may,
// was not made; a vote goes out as a signal and counts.
func TestARunThatTakesNoMoreUpdates(t *testing.T) {
	t.Parallel()
	limited, err := devserver.Start(t.Context(), os.Stderr, devserver.Options{Args: []string{
		"--dynamic-config-value",
		"history.maxTotalUpdates=1",
	}})
	require.NoError(t, err)
	t.Cleanup(limited.Stop)
	c := dial(t, func(o *client.Options) { o.HostPort = limited.ClientOptions.HostPort })
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	run := start(t, c, t.Name(), "limited", Order{Gates: 1, Group: "g"})
	status, answer := s.send("ann", "g", http.MethodPost, "/decide", "application/json", decision(t, "limited", gateID(0),
		policy.ChoiceApprove))
	require.Equal(t, http.StatusOK, status, answer)
	status, answer = s.send("bob", "g", http.MethodPost, "/change", "application/json",
		`{"workflow":"limited","gate":"`+gateID(0)+`","kind":"extend","by":"1m"}`)
	require.Equal(t, http.StatusTooManyRequests, status, answer)
	require.Contains(t, answer, `"code":"Full"`)
	link := s.token("limited", "u-bob", "g", s.gate("ann", "g", "limited", gateID(0)))
	status, answer = s.use(link, policy.ChoiceApprove)
	require.Equal(t, http.StatusAccepted, status, answer)
	var states []policy.State
	require.NoError(t, run.Get(t.Context(), &states))
	require.Equal(t, []policy.State{policy.StateApproved}, states)
}

// Gates of a run with 300 subjects of 4 KB, and one of 200 KB, are shown one by one,
// by link too, and a refusal has its gate.
func TestLargeStatus(t *testing.T) {
	t.Parallel()
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	for id, o := range map[string]Order{"many": {Gates: 300, Group: "g", Bytes: 4000}, "large": {Gates: 5, Group: "g", Bytes: 200 << 10}} {
		start(t, c, t.Name(), id, o)
		last := gateID(o.Gates - 1)
		gate := s.gate("ann", "g", id, last)
		require.Greater(t, len(gate.Subject), o.Bytes)
		status, page := s.send("", "", http.MethodGet, "/link?"+url.Values{"token": {s.token(id, "u-bob", "g", gate)}}.Encode(), "", "")
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, "the goods"+strings.Repeat(".", o.Bytes))
		require.Contains(t, page, `value="approve"`)
		list, err := newPeople(t, c, approvalclient.Options{}).Status(t.Context(), approvalclient.Ref{WorkflowID: id})
		require.NoError(t, err)
		require.Equal(t, o.Gates, len(list.Gates)+list.More)
		stale := `{"workflow":"` + id + `","gate":"` + last + `","choice":"approve","round":7}`
		status, answer := s.send("ann", "g", http.MethodPost, "/decide", "application/json", stale)
		require.Equal(t, http.StatusPreconditionFailed, status)
		require.Contains(t, answer, `"state":"open"`)
	}
}
