package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An escalation by which votes that were given become enough ends the stage
// there and then.
func TestEscalationDecides(t *testing.T) {
	t.Parallel()
	legal := policy.Rule{Name: "legal", Need: 1, From: policy.Selector{Groups: []string{"legal"}}}
	finance := policy.Rule{Name: "finance", Need: 1, From: policy.Selector{Groups: []string{"finance"}}}
	first := policy.Stage{
		Rules: []policy.Rule{legal, finance}, Deadline: policy.Duration(2 * time.Hour),
		Ladder: []policy.Escalation{{After: policy.Duration(time.Hour), Rule: "legal", To: finance.From}},
	}
	for name, c := range map[string]struct {
		stages []policy.Stage
		closed time.Duration
	}{
		"the only stage":               {[]policy.Stage{first}, time.Hour},
		"and the next begins and ends": {[]policy.Stage{first, stage("board", 1, "board", time.Hour)}, 70 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(10*time.Minute, by("1", "ann", "finance", approval.Approve))
			r.update(20*time.Minute, by("2", "dan", "finance", approval.Approve))
			if len(c.stages) > 1 {
				r.update(70*time.Minute, by("3", "bea", "board", approval.Approve))
			}
			r.ExecuteWorkflow(lingeringOver(asking(policy.InStages(c.stages...))))
			require.Equal(t, approval.Approved, r.outcome().State)
			require.Equal(t, c.closed, r.outcome().Closed.Sub(r.status().Gates[0].Opened))
			require.Empty(t, r.refusals)
		})
	}
}

// Who manages is told by the roster, where that knows the group.
func TestManagersOfTheRoster(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]approval.State{"max": approval.Withdrawn, "ann": approval.Expired} {
		r := newRun(t)
		r.manage(30*time.Minute, change("1", who, approval.Withdraw)) // says to be in ops
		r.ExecuteWorkflow(lingeringOver(asking(hourOf(policy.Quorum(1, "finance")), managed, func(q *approval.Request[string]) {
			q.Roster = policy.Roster{"ops": {"max"}}
		})))
		require.Equal(t, want, r.outcome().State, who)
	}
}
