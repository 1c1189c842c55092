package approvaltest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Case describes a row of [Policy].
type Case struct {
	// Votes come one after the other. The last may be refused: see Refused.
	Votes []approvalclient.Vote
	// Want says in which state the gate is then.
	Want policy.State
	// Missing counts the approvals that the stage still needs.
	Missing int
	// Refused says why the last vote is refused; empty when it counts.
	Refused approval.Reason
}

// Yes returns the approval of an actor of these groups.
func Yes(actor string, groups ...string) approvalclient.Vote {
	return approvalclient.Vote{Actor: Actor(actor, groups...), Choice: policy.ChoiceApprove}
}

// No returns the rejection of an actor of these groups.
func No(actor string, groups ...string) approvalclient.Vote {
	return approvalclient.Vote{Actor: Actor(actor, groups...), Choice: policy.ChoiceReject}
}

// Policy tries a policy: one test for each case, by its name.
func Policy(t *testing.T, p policy.Policy, o policy.LintOptions, cases map[string]Case) {
	t.Helper()
	require.NotEmpty(t, cases, "approvaltest: there are no cases")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			counter, err := tally.New(p, tally.Options{Requester: o.Requester, GroupMembers: o.GroupMembers, Managers: o.Managers})
			require.NoError(t, err)
			for i, v := range c.Votes {
				_, err := counter.Apply(ballot(v), time.Time{})
				if i == len(c.Votes)-1 && c.Refused != "" {
					var refusal *tally.Refusal
					require.ErrorAs(t, err, &refusal, "vote %d of %s counts", i+1, v.Actor.ID)
					require.Equal(t, c.Refused, approval.Reason(refusal.Reason))
					break
				}
				require.NoError(t, err, "vote %d of %s", i+1, v.Actor.ID)
			}
			require.Equal(t, c.Want, counter.State())
			if c.Want == policy.StateOpen {
				require.Equal(t, c.Missing, counter.Missing(), "how many are missing")
			}
		})
	}
}

// ballot returns the vote as it is counted.
func ballot(v approvalclient.Vote) tally.Vote {
	return tally.Vote{
		Actor: v.Actor, Choice: v.Choice, Comment: v.Comment, Reason: v.Reason, For: v.For, Round: v.Round, Digest: v.Digest,
	}
}
