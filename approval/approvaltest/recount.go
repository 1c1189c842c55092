package approvaltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Count holds the result of [Recount].
type Count struct {
	State policy.State
	Round int
	Votes []policy.CountedVote
}

// Recount counts the votes of an audit again, by the policy alone, to check the outcome
// of a gate. An audit has no groups of actors, so actor returns an actor by ID. Recount
// does not repeat what managers changed.
func Recount(t *testing.T, p policy.Policy, o policy.LintOptions, audit policy.Audit, actor func(id string) policy.Actor) Count {
	t.Helper()
	require.NoError(t, audit.Verify())
	first := audit.Entries[0]
	counter, err := tally.New(p, tally.Options{
		Requester: o.Requester, GroupMembers: o.GroupMembers, Managers: o.Managers, Digest: first.Note, At: first.At,
	})
	require.NoError(t, err)
	for i, e := range audit.Entries[1:] {
		switch e.Kind {
		case policy.AuditVote:
			v := tally.Vote{Actor: actor(e.Actor), Choice: e.Choice, For: e.For, Round: counter.Round(), Comment: e.Note}
			next := audit.Entries[min(i+2, len(audit.Entries)-1)]
			if e.Choice == policy.ChoiceApprove && next.Kind == policy.AuditRound {
				v.Edited = next.Note
			}
			_, err = counter.Apply(v, e.At)
		case policy.AuditRound:
			if counter.State() == policy.StateChangesRequested {
				err = counter.Resubmit(o.Requester, e.Note, e.At)
			}
		case policy.AuditDelegated:
			err = counter.Delegate(actor(e.Actor), e.For, e.At)
		case policy.AuditEscalated:
			_, ok := counter.Escalate(e.At)
			require.True(t, ok, "approvaltest: entry %d", e.Number)
		case policy.AuditDeadline:
			counter.Expire(e.At)
		}
		require.NoError(t, err, "approvaltest: entry %d: %+v", e.Number, e)
	}
	return Count{State: counter.State(), Round: counter.Round(), Votes: counter.Votes()}
}
