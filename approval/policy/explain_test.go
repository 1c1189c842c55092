package policy_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var update = flag.Bool("update", false, "write the golden files of explanations")

// TestExplain compares explanations with testdata/explain, one file for each case.
func TestExplain(t *testing.T) {
	t.Parallel()
	everything := policy.Policy{
		Stages: []policy.Stage{
			{
				Name: "check", RejectThreshold: 2, Deadline: 72 * hour, Reminders: []time.Duration{hour, 24 * hour},
				Rules: []policy.Rule{
					named("money", need(2, policy.Selector{Groups: []string{"finance", "controlling"}, Except: []string{"tom"}})),
					need(1, policy.Selector{Users: []string{"ann", "bob"}, Groups: []string{"legal"}}),
					all(users("ann", "cat")),
				},
				Escalations: []policy.Escalation{
					{After: 24 * hour, Rule: "money", To: policy.Selector{Users: []string{"boss"}, Except: []string{"max"}}},
					{After: 36 * hour, To: groups("board"), Replace: true},
				},
				OnTimeout: policy.RejectOnTimeout,
			},
			{
				Rules: []policy.Rule{need(1, users("boss"))}, Deadline: policy.NoDeadline,
				RemindAfter: []time.Duration{24 * hour, hour}, RemindEvery: 48 * hour,
			},
		},
		Excluded: []string{"zoe"}, FinalVotes: true, RequireCommentOn: []policy.Choice{policy.ChoiceReject, policy.ChoiceRequestChanges},
		RejectReasons: []string{"price", "duplicate"}, FoldCase: true, MaxRounds: 3, AllowEdits: true, AllowDelegation: true,
		MaxExtend: 48 * hour, ValidFor: 90 * time.Minute,
	}
	repeat := policy.Stages(rules(need(1, groups("finance"))), rules(need(2, users("ann", "bob", "eve"))))
	repeat.AllowRepeat, repeat.AllowRequester = true, true
	repeat.RequireCommentOn = []policy.Choice{policy.ChoiceApprove}
	repeat.Stages[0].OnTimeout, repeat.Stages[1].OnTimeout = policy.ApproveOnTimeout, policy.FailOnTimeout
	for name, sentences := range map[string][]string{
		"quorum":     policy.Quorum(2, "finance").Explain(),
		"one of two": policy.AnyOf("ann", "bob").Explain(),
		"all of two": policy.AllOf("ann", "bob").Explain(),
		"automatic":  policy.Policy{AutoApprove: "below 100 euros", ValidFor: 24 * hour}.Explain(),
		"everything": everything.Explain(),
		"repeat":     repeat.Explain(),
		"crowd":      policy.AnyOf(many("p", 500)...).Explain(),
		"tiers": policy.Tiers{
			{Below: 100, Policy: policy.Policy{AutoApprove: "small"}},
			{Below: 1000, Policy: policy.AnyOf("ann")},
			{Policy: policy.AllOf("ann", "bob")},
		}.Explain(),
		"one tier": policy.Tiers{{AllowNegative: true, Policy: policy.Policy{AutoApprove: "any"}}}.Explain(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("testdata", "explain", strings.ReplaceAll(name, " ", "_")+".txt")
			got := strings.Join(sentences, "\n") + "\n"
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
			}
			want, err := os.ReadFile(file) //nolint:gosec // a file of the repository
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}
