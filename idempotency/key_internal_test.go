package idempotency

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// What is the same work, and what is not, by what Temporal tells an activity.
func TestRunKey(t *testing.T) {
	t.Parallel()
	first := activity.Info{
		Namespace: "shop", WorkflowExecution: workflow.Execution{ID: "order-7", RunID: "run-1"},
		ActivityType: activity.Type{Name: "Charge"}, ActivityID: "5", Attempt: 1,
		TaskToken: []byte("of attempt 1"), ScheduledTime: time.Unix(1, 5),
	}
	for name, c := range map[string]struct {
		change func(*activity.Info)
		same   bool
	}{
		"another attempt": {change: func(a *activity.Info) { a.Attempt = 2 }, same: true},
		"an activity that was reset, whose attempts are counted again": {
			change: func(a *activity.Info) { a.TaskToken = []byte("x") }, same: true,
		},
		"another worker, another queue": {
			change: func(a *activity.Info) { a.TaskQueue = "q" }, same: true,
		},
		"the next run: retry, cron, continue-as-new, reset of the workflow": {
			change: func(a *activity.Info) { a.WorkflowExecution.RunID = "run-2" },
		},
		"an activity ID that is used again":        {change: func(a *activity.Info) { a.ScheduledTime = time.Unix(1, 6) }},
		"a child workflow":                         {change: func(a *activity.Info) { a.WorkflowExecution.ID = "order-7/child" }},
		"a local activity of the same number":      {change: func(a *activity.Info) { a.IsLocalActivity = true }},
		"another activity":                         {change: func(a *activity.Info) { a.ActivityID = "6" }},
		"another type, after a change of the code": {change: func(a *activity.Info) { a.ActivityType.Name = "Refund" }},
		"another namespace":                        {change: func(a *activity.Info) { a.Namespace = "test" }},
		"a standalone activity":                    {change: func(a *activity.Info) { a.WorkflowExecution = workflow.Execution{} }},
		"a standalone one with the ID of a workflow's run": {
			change: func(a *activity.Info) {
				a.WorkflowExecution, a.ActivityRunID = workflow.Execution{}, "run-1"
			},
		},
	} {
		next := first
		c.change(&next)
		require.Equal(t, c.same, runKey(first) == runKey(next), name)
	}
	alone := activity.Info{Namespace: "shop", ActivityID: "5", ActivityRunID: "run-1"}
	again := alone
	again.ScheduledTime, again.TaskToken = time.Unix(9, 0), []byte("x")
	require.Equal(t, runKey(alone), runKey(again), "its run says which one it is")
	again.ActivityRunID = "run-2"
	require.NotEqual(t, runKey(alone), runKey(again), "an ID of a standalone activity that is used again")
	local := activity.Info{
		Namespace: "shop", WorkflowExecution: first.WorkflowExecution, ActivityID: "1", IsLocalActivity: true,
		ScheduledTime: time.Unix(1, 0),
	}
	again = local
	again.ScheduledTime = time.Unix(2, 0)
	require.Equal(t, runKey(local), runKey(again), "the time of a local activity is that of the attempt")
}

// Parts can be anything, and no other parts have the same key.
func TestKeysDependOnAllParts(t *testing.T) {
	t.Parallel()
	parts := rapid.SliceOfN(rapid.StringOfN(rapid.SampledFrom([]rune("ab1:\x00")), 0, 4, -1), 1, 5)
	rapid.Check(t, func(t *rapid.T) {
		a, b := parts.Draw(t, "a"), parts.Draw(t, "b")
		require.Equal(t, slices.Equal(a, b), digest(a...) == digest(b...))
		d, err := driver.ParseKey(digest(a...).String())
		require.NoError(t, err)
		require.Equal(t, digest(a...), d)
	})
}

// Downstream keys are told apart by record, label and generation.
func TestDownstreamKeysDependOnLabel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		label := rapid.StringMatching("[a1: ]{0,4}")
		type of struct {
			key        byte
			label      string
			generation int
		}
		draw := func(name string) of {
			return of{rapid.Byte().Draw(t, name), label.Draw(t, name), rapid.IntRange(0, 3).Draw(t, name)}
		}
		a, b := draw("a"), draw("b")
		first := downstreamKey(driver.Key{a.key}, a.label, a.generation)
		second := downstreamKey(driver.Key{b.key}, b.label, b.generation)
		require.Equal(t, a == b, first == second)
		require.Regexp(t, "^[0-9a-f]{12}8[0-9a-f]{3}[89ab][0-9a-f]{15}$", first, "a UUID of version 8 without hyphens")
	})
}

// The form of a key is stored: another one would make all work new.
func TestKeysAreStable(t *testing.T) {
	t.Parallel()
	require.Equal(t, "c3e6720de8e0ccc19800cb14ca7f34ee9aa0865fad4cd67613308762a479476c", businessKey("shop", "invoice", "2026-11").String())
	require.Equal(t, "4767a1f75196ef44747cbd29ba34f237336416606ac82681ffb67f318529f950", runKey(activity.Info{
		Namespace: "shop", WorkflowExecution: workflow.Execution{ID: "order-7", RunID: "run-1"}, ActivityType: activity.Type{Name: "Charge"},
		ActivityID: "5",
	}).String())
	require.Equal(t, "04b54f20899f86568e23458ff5c655cc", downstreamKey(businessKey("shop", "invoice", "2026-11"), "charge", 0))
}
