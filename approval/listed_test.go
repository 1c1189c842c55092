package approval_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// attributes are the search attributes that a run has set, each time.
type attributes []temporal.SearchAttributes

func watched(env *testsuite.TestWorkflowEnvironment) *attributes {
	var all attributes
	env.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
		all = append(all, args.Get(0).(temporal.SearchAttributes))
	}).Return(nil)
	return &all
}

var (
	pendingKey = temporal.NewSearchAttributeKeyKeywordList(protocol.AttributePending)
	dueKey     = temporal.NewSearchAttributeKeyTime(protocol.AttributeDue)
)

// tags are those of the n-th time.
func (a attributes) tags(n int) []string {
	tags, _ := a[n].GetKeywordList(pendingKey)
	return tags
}

// listing opens these gates, all at once, and waits for them one by one.
func listing(o approval.Options, requests ...approval.Request[string]) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, o)
		if err != nil {
			return err
		}
		var all []*approval.Gate[string]
		for _, r := range requests {
			p, err := approval.Open(ctx, gates, r)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		for _, p := range all {
			if _, err := p.Get(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestListedInSearchAttributes(t *testing.T) {
	t.Parallel()
	two := func() []approval.Request[string] {
		a, b := request(), request()
		a.Policy, b.Policy = policy.Quorum(1, "finance").Within(time.Hour), policy.Quorum(1, "legal").Within(2*time.Hour)
		b.ID = "contract"
		return []approval.Request[string]{a, b}
	}

	t.Run("nothing without the option", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		all := watched(r.TestWorkflowEnvironment)
		r.ExecuteWorkflow(listing(approval.Options{}, two()...))
		require.NoError(t, r.GetWorkflowError())
		require.Empty(t, *all)
	})

	t.Run("gates that open together are one event, and each change is one", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		start := r.Now()
		all := watched(r.TestWorkflowEnvironment)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(listing(approval.Options{Inbox: true}, two()...))
		require.NoError(t, r.GetWorkflowError())
		require.Len(t, *all, 3, "both open, the first is decided, the second expires")
		require.Len(t, all.tags(0), 2)
		require.Equal(t, "g", all.tags(0)[0][:1])
		due, _ := (*all)[0].GetTime(dueKey)
		require.True(t, due.Equal(start.Add(time.Hour).Truncate(time.Second)), due)
		require.Len(t, all.tags(1), 1)
		due, _ = (*all)[1].GetTime(dueKey)
		require.True(t, due.Equal(start.Add(2*time.Hour).Truncate(time.Second)), "the next that is due")
		require.Empty(t, all.tags(2))
		require.NotContains(t, fmt.Sprint((*all)[0]), "finance")
	})

	t.Run("votes that change nothing for others are no event", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		all := watched(r.TestWorkflowEnvironment)
		three := request()
		three.Policy = policy.Quorum(3, "finance").Within(time.Hour)
		for i, who := range []string{"ann", "bob", "dan"} {
			r.update(time.Duration(i+1)*time.Minute, vote("1", who, policy.ChoiceApprove))
		}
		r.ExecuteWorkflow(listing(approval.Options{Inbox: true}, three))
		require.NoError(t, r.GetWorkflowError())
		require.Len(t, *all, 2, "opened, and closed")
	})

	t.Run("a gate that closes and one that opens are one event", func(t *testing.T) {
		t.Parallel()
		for _, by := range []func(*run, time.Duration, any){(*run).update, (*run).signal} {
			r := newRun(t)
			all := watched(r.TestWorkflowEnvironment)
			by(r, time.Minute, vote("1", "ann", policy.ChoiceApprove))
			r.ExecuteWorkflow(func(ctx workflow.Context) error {
				gates, err := approval.NewGates(ctx, approval.Options{Inbox: true})
				if err != nil {
					return err
				}
				for _, q := range two() {
					if _, err := approval.Await(ctx, gates, q); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(t, r.GetWorkflowError())
			require.Len(t, *all, 3, "opened, the other one, closed")
		}
	})

	t.Run("an extension is one event", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		all := watched(r.TestWorkflowEnvironment)
		one := request()
		one.Policy.MaxExtend, one.Managers.Users = time.Hour, []string{"max"}
		r.manage(time.Minute, wire{
			"v": 1, "gate": "expense", "id": "1", "kind": "extend", "by": "30m", "actor": map[string]any{"id": "max", "auth": "test"},
		})
		r.ExecuteWorkflow(listing(approval.Options{Inbox: true}, one))
		require.NoError(t, r.GetWorkflowError())
		require.Len(t, *all, 3)
		require.False(t, (*all)[1].ContainsKey(pendingKey), "the tags stay")
	})

	t.Run("more names than the server takes become one tag", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		all := watched(r.TestWorkflowEnvironment)
		many := request()
		var users []string
		for i := range 91 {
			users = append(users, fmt.Sprint("user-", i))
		}
		many.Policy = policy.AnyOf(users...).Within(time.Hour)
		r.ExecuteWorkflow(listing(approval.Options{Inbox: true}, many))
		require.NoError(t, r.GetWorkflowError())
		require.Equal(t, []string{"many"}, all.tags(0))
		few := newRun(t)
		all = watched(few.TestWorkflowEnvironment)
		many.Policy = policy.AnyOf(users[1:]...).Within(time.Hour)
		few.ExecuteWorkflow(listing(approval.Options{Inbox: true}, many))
		require.Len(t, all.tags(0), 90)
		require.Less(t, len(`["`+strings.Join(all.tags(0), `","`)+`"]`), 2048, "what the server takes")
	})
}
