package approval_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/temporalproto"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const upserted = enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES

var people = approvalclient.Options{UpdateTimeout: 30 * time.Second}

func byGroup(group string) approvalclient.Vote {
	return approvalclient.Vote{ID: "bulk-1", Choice: policy.ChoiceApprove, Actor: policy.Actor{
		ID: "bob", Groups: []string{group},
		Auth: "test",
	}}
}

// Two hundred gates of twenty workflows are listed and decided, half of them
// first. The inbox agrees with what the gates say of themselves.
func TestInbox(t *testing.T) {
	t.Parallel()
	const group = "inbox-finance"
	setUpInbox(t)
	e2etest.StartProcess(t, "inbox")
	var ids []string
	for i := range 20 {
		ids = append(ids, startOn(t, temporal, "inbox", fmt.Sprintf("inbox-%d", i), Listed, Board{Gates: 10, Group: group}).GetID())
	}
	c := newPeople(t, temporal, people)
	vote := byGroup(group)
	filter := approvalclient.Filter{Actor: vote.Actor, PageSize: 60}
	var items map[approvalclient.Target]approvalclient.Item
	agrees := func(n int) {
		t.Helper()
		eventually(t, func(ctx context.Context) (_ bool, err error) {
			if items, err = inbox(ctx, c, filter); err != nil {
				return false, err
			}
			said, err := open(ctx, c, ids)
			if err == nil && (len(items) != n || len(said) != n) {
				err = fmt.Errorf("the inbox has %d gates, the workflows say that %d are open, of %d", len(items), len(said), n)
			}
			for ref := range items {
				if !said[ref] {
					return false, fmt.Errorf("%v is listed and not open", ref)
				}
			}
			return true, err
		})
	}
	agrees(200)
	counts := func(f approvalclient.Filter, want int64) {
		t.Helper()
		eventually(t, func(ctx context.Context) (bool, error) {
			n, err := c.Count(ctx, f)
			return n == want, err
		})
	}
	counts(approvalclient.Filter{Actor: vote.Actor}, 20)
	counts(approvalclient.Filter{Actor: vote.Actor, DueBefore: time.Now()}, 0)
	counts(approvalclient.Filter{Actor: vote.Actor, DueBefore: time.Now().AddDate(1, 0, 0)}, 20)
	for _, item := range items {
		require.Equal(t, "report", item.Gate.Title)
		require.Equal(t, 1, item.Gate.Round)
		require.NotEmpty(t, item.Gate.Digest)
		require.JSONEq(t, `"`+canarySecret+`"`, string(item.Gate.Subject))
		require.NotZero(t, item.Gate.Deadline)
	}
	all := make([]approvalclient.Target, 0, len(items))
	for _, item := range items {
		all = append(all, item.Target())
	}
	half := all[:100]
	first := c.DecideMany(t.Context(), half, vote)
	for i, d := range first {
		require.NoError(t, d.Err)
		require.Equal(t, half[i], d.Target)
		require.Equal(t, policy.StateApproved, d.Receipt.State)
	}
	require.Equal(t, first, c.DecideMany(t.Context(), half, vote), "the same key again gets the first receipts")
	again := vote
	again.ID = "bulk-2"
	for _, d := range c.DecideMany(t.Context(), half, again) {
		require.ErrorIs(t, d.Err, approval.ReasonClosed)
	}
	agrees(100)
	for _, d := range c.DecideMany(t.Context(), all, vote) {
		require.NoError(t, d.Err)
	}
	agrees(0)
	counts(approvalclient.Filter{Actor: vote.Actor}, 0)
}

// A gate is found in the run that is open now, and a key counts once over
// continue-as-new.
func TestInboxOverContinueAsNew(t *testing.T) {
	t.Parallel()
	const group = "renewed-finance"
	setUpInbox(t)
	e2etest.StartProcess(t, "inbox-renewed")
	run := start(t, "inbox-renewed", Listed, Board{Gates: 2, Group: group})
	c := newPeople(t, temporal, people)
	vote := byGroup(group)
	e2etest.WaitForEvents(t, temporal, run, upserted, 1)
	targets := []approvalclient.Target{{Ref: approvalclient.Ref{WorkflowID: run.GetID()}, Gate: "0"}}
	before := c.DecideMany(t.Context(), targets, vote)
	require.NoError(t, before[0].Err)
	require.NoError(t, Renew.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, 1)

	eventually(t, func(ctx context.Context) (bool, error) {
		all, err := inbox(ctx, c, approvalclient.Filter{Actor: vote.Actor})
		return len(all) == 1 && all[approvalclient.Target{Ref: approvalclient.Ref{WorkflowID: run.GetID()}, Gate: "1"}].Gate.Round == 1, err
	})
	require.Equal(t, before, c.DecideMany(t.Context(), targets, vote), "the first receipt, from the run before")
	targets[0].Gate = "1"
	require.NoError(t, c.DecideMany(t.Context(), targets, vote)[0].Err)
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
	next, err := temporal.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
	require.NoError(t, err)
	renewed := temporal.GetWorkflow(t.Context(), run.GetID(), next.GetWorkflowExecutionInfo().GetExecution().GetRunId())
	events := e2etest.WaitForEvents(t, temporal, renewed, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	require.Equal(t, 1, e2etest.CountEvents(events, upserted), "what was carried is listed as it was; one event when it is closed")
}

// What the inbox costs, and that nothing of it tells who or what.
func TestCostOfTheInbox(t *testing.T) {
	t.Parallel()
	setUpInbox(t)
	e2etest.StartProcess(t, "inbox-cost")
	run := start(t, "inbox-cost", Listed, Board{Gates: 3, Group: canaryGroup})
	c := newPeople(t, temporal, people)
	opened := e2etest.WaitForEvents(t, temporal, run, upserted, 1)
	require.Equal(t, 3, e2etest.CountEvents(opened, started), "gates that are opened together: one event for all")
	require.Equal(t, 1, e2etest.CountEvents(opened, taskCompleted))
	d, err := temporal.DescribeWorkflowExecution(t.Context(), run.GetID(), run.GetRunID())
	require.NoError(t, err)
	text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(d)
	require.NoError(t, err)
	requireNoCanary(t, string(text))

	vote := byGroup(canaryGroup)
	vote.Actor.ID = canaryPerson
	for _, gate := range []string{"0", "1", "2"} {
		_, err := c.Decide(t.Context(), approvalclient.Ref{WorkflowID: run.GetID()}, gate, vote)
		require.NoError(t, err)
	}
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	require.Equal(t, 2, e2etest.CountEvents(events, upserted), "one more when the last of them is closed: they had the same tags and deadline")
	record(t, run, "approval", "gates-listed")

	for _, e := range events {
		if e.GetEventType() != upserted {
			continue
		}
		text, err := temporalproto.CustomJSONMarshalOptions{}.Marshal(e)
		require.NoError(t, err)
		requireNoCanary(t, string(text))
	}
}

// requireNoCanary says that nothing of what is confidential is in a text.
func requireNoCanary(t *testing.T, text string) {
	t.Helper()
	require.Contains(t, text, "ApprovalPending", "or nothing is proven")
	for _, data := range regexp.MustCompile(`"data":\s*"([^"]*)"`).FindAllStringSubmatch(text, -1) {
		plain, err := base64.StdEncoding.DecodeString(data[1])
		require.NoError(t, err)
		text += string(plain)
	}
	for _, canary := range []string{canaryGroup, canaryPerson, canarySecret, "@"} {
		require.NotContains(t, text, canary)
	}
}
