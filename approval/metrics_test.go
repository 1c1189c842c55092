package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestMetrics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		votes   func(*run)
		state   policy.State
		open    time.Duration
		refused map[string]int64
	}{
		{
			name: "an approved gate counts from its opening to the last vote",
			votes: func(r *run) {
				r.update(10*time.Minute, vote("1", "ann", policy.ChoiceApprove))
				r.update(20*time.Minute, vote("1", "bob", policy.ChoiceApprove))
			},
			state: policy.StateApproved, open: 20 * time.Minute,
		},
		{name: "a gate without votes counts at its deadline", votes: func(*run) {}, state: policy.StateExpired, open: time.Hour},
		{
			name: "a refused update and a refused signal count by their reasons",
			votes: func(r *run) {
				r.update(time.Minute, vote("1", "eve", policy.ChoiceApprove))
				r.signal(2*time.Minute, vote("2", "eve", policy.ChoiceApprove))
				r.signal(3*time.Minute, "no vote")
				r.update(4*time.Minute, vote("1", "ann", policy.ChoiceReject))
			},
			state: policy.StateRejected, open: 4 * time.Minute, refused: map[string]int64{"SelfApproval": 2, "Malformed": 1},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			env, observed := testenv.NewObserved()
			r := &run{TestWorkflowEnvironment: env, t: t}
			tt.votes(r)
			r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
			require.Equal(t, tt.state, r.outcome().State)
			require.EqualValues(t, 1, observed.Counter("temporal_patterns_approvals_opened", ""))
			require.EqualValues(t, 1, observed.Counter("temporal_patterns_approvals_closed", string(tt.state)))
			require.Equal(t, []time.Duration{tt.open}, observed.Timer("temporal_patterns_approval_latency", string(tt.state)))
			for _, reason := range []string{"SelfApproval", "Malformed", "Other"} {
				require.Equal(t, tt.refused[reason], observed.Counter("temporal_patterns_approvals_refused", reason), reason)
			}
		})
	}
}
