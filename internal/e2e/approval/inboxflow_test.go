package approval_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Canaries: what must not be found where things are unencrypted.
const (
	canaryGroup  = "canary-finance"
	canaryPerson = "canary-ann@example.org"
	canarySecret = "canary-secret"
)

// A Board is a run of several gates that the inbox lists.
type Board struct {
	Gates   int
	Group   string
	Carried approval.ContinueState
}

// Renew lets a run go on as a new one.
var Renew = signals.New[struct{}]("renew")

// Listed waits for all its gates, and then for Finish.
func Listed(ctx workflow.Context, b Board) error {
	renew, finish := Renew.Channel(ctx, signals.Options{}), Finish.Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{Inbox: true, ContinueState: b.Carried})
	if err != nil {
		return err
	}
	var all []*approval.Gate[string]
	for i := range b.Gates {
		p, err := approval.Open(ctx, gates, approval.Request[string]{
			ID: fmt.Sprint(i), Subject: canarySecret, Title: "report", Requester: "eve",
			Policy: policy.Stages(policy.Stage{Deadline: time.Hour, Rules: []policy.Rule{{
				Need: 1, From: policy.Selector{Groups: []string{b.Group}, Users: []string{canaryPerson}},
			}}}),
		})
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	open := func() int {
		n := 0
		for _, p := range all {
			if !p.IsClosed() {
				n++
			}
		}
		return n
	}
	if err := workflow.Await(ctx, func() bool { return open() == 0 || renew.Len() > 0 }); err != nil {
		return err
	}
	if open() > 0 {
		renew.Drain(ctx)
		var ok bool
		if b.Carried, ok = gates.ContinueState(ctx); !ok {
			return errors.New("the gates cannot be carried")
		}
		return workflow.NewContinueAsNewError(ctx, Listed, b)
	}
	_, err = finish.Receive(ctx)
	return err
}

var setUp sync.Once

// setUpInbox registers the search attributes, once for all tests. Before, the check
// says that they are not there, and how to add them.
func setUpInbox(t *testing.T) {
	t.Helper()
	setUp.Do(func() {
		require.EqualError(
			t,
			approvalclient.CheckInbox(t.Context(), temporal, "default"),
			`approvalclient: namespace "default" lacks search attributes of the inbox; call SetUpInbox, or run: temporal operator `+
				`search-attribute create `+
				`--namespace default --name ApprovalDue --type Datetime --name ApprovalPending --type KeywordList`,
		)
		require.NoError(t, approvalclient.SetUpInbox(t.Context(), temporal, "default"))
		require.NoError(t, approvalclient.CheckInbox(t.Context(), temporal, "default"))
		require.NoError(t, approvalclient.SetUpInbox(t.Context(), temporal, "default"), "it may be called again")
	})
}

// inbox are all pages of an inbox, by gate.
func inbox(ctx context.Context, c *approvalclient.Client, f approvalclient.Filter) (map[approvalclient.Target]approvalclient.Item, error) {
	all := map[approvalclient.Target]approvalclient.Item{}
	for {
		page, err := c.Inbox(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, u := range page.Unreachable {
			return nil, u.Err
		}
		for _, item := range page.Items {
			all[approvalclient.Target{Ref: item.Ref, Gate: item.Gate.ID}] = item
		}
		if f.Token = page.Next; f.Token == "" {
			return all, nil
		}
	}
}

// open are the gates of these workflows that are open, as they say themselves.
func open(ctx context.Context, c *approvalclient.Client, ids []string) (map[approvalclient.Target]bool, error) {
	all := map[approvalclient.Target]bool{}
	for _, id := range ids {
		status, err := c.Status(ctx, approvalclient.Ref{WorkflowID: id})
		if err != nil {
			return nil, err
		}
		for _, g := range status.Gates {
			if !g.State.IsClosed() {
				all[approvalclient.Target{Ref: approvalclient.Ref{WorkflowID: id}, Gate: g.ID}] = true
			}
		}
	}
	return all, nil
}
