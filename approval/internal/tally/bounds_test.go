package tally_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// All votes of a gate fit into a result, whatever comments and claims they come with.
func TestVotesAreBounded(t *testing.T) {
	t.Parallel()
	gate := play(t, quorum(policy.Policy{}, 100, "finance", policy.MaxVotes+1))
	claims := append(many(strings.Repeat("g", 150), policy.MaxGroups-1), "finance")
	for i := range policy.MaxVotes {
		v := tally.Vote{Actor: in(fmt.Sprint("p", i), claims...), Choice: policy.ChoiceReject, Comment: strings.Repeat("€",
			policy.MaxCommentBytes/3)}
		require.NoError(t, cast(v)(gate))
	}
	votes := gate.Votes()
	require.Len(t, votes[0].Comment, policy.MaxCommentBytes-1, "the first are kept in full")
	require.Equal(t, strings.Repeat("€", 66)+"…", votes[policy.MaxVotes-1].Comment)
	require.Less(t, len(text(t, votes)), 512<<10)
	require.NoError(t, again(t, gate.Snapshot()).Audit().Verify())
}

// What a gate keeps of an actor are the groups that its policy names, wherever, and
// once each.
func TestGroupsThatThePolicyDoesNotNameAreNotKept(t *testing.T) {
	t.Parallel()
	p := policy.Stages(policy.Stage{Rules: []policy.Rule{need(2, groups("finance"))}, Escalations: []policy.Escalation{add(groups("boss"),
		"")}},
		policy.Stage{Rules: []policy.Rule{need(1, groups("board"))}})
	p.AllowDelegation = true
	claims := append(many(strings.Repeat("g", 150), policy.MaxGroups-5), "board", "finance", "boss", "finance", "x")
	gate := play(t, p, delegateOf(in("bob", claims...), "dan"), cast(yesOf("ann", claims...)))
	kept := []string{"board", "finance", "boss"}
	s := gate.Snapshot()
	require.Equal(t, kept, s.Votes[0].Actor.Groups)
	require.Equal(t, kept, s.Delegations[0].Groups)
	require.Equal(t, kept, gate.Named(claims))
	require.Less(t, len(text(t, s)), 3000)
	require.NoError(t, cast(yesFor("bob", "dan"))(gate))
	require.Equal(t, 1, gate.Stage(), "what is kept is enough")
}
