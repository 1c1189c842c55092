package tally_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestCommentsAndReasons(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := quorum(policy.Policy{RequireCommentOn: []policy.Choice{policy.ChoiceReject, policy.ChoiceRequestChanges}, MaxRounds: 2}, 2,
		"finance", 0)
	reasons := quorum(policy.Policy{RejectReasons: []string{"price", "budget"}}, 2, "finance", 0)
	with := func(comment, reason string, v tally.Vote) tally.Vote {
		v.Comment, v.Reason = comment, reason
		return v
	}
	for name, s := range map[string]script{
		"a rejection without a comment": {p, nil, steps{refused(tally.ReasonCommentRequired, cast(no("ann")))}, policy.StateOpen},
		"changes without a comment":     {p, nil, steps{refused(tally.ReasonCommentRequired, cast(ask("ann")))}, policy.StateOpen},
		"one of spaces": {
			p, nil,
			steps{refused(tally.ReasonCommentRequired, cast(with(" \t\n", "", no("ann"))))},
			policy.StateOpen,
		},
		"one of other spaces": {p, nil, steps{refused(tally.ReasonCommentRequired, cast(with("\u00a0\u3000\u2003\u2028", "",
			no("ann"))))}, policy.StateOpen},
		"one that cannot be seen": {p, nil, steps{refused(tally.ReasonCommentRequired,
			cast(with("\u200b\u2060\ufeff\u00ad\u3164\u2800\U000e0041", "", no("ann"))))}, policy.StateOpen},
		"one of a single letter": {p, nil, steps{cast(with(" \u200b?", "", no("ann")))}, policy.StateRejected},
		"an approval needs none": {p, nil, steps{cast(yes("ann"))}, policy.StateOpen},
		"a rejection with one":   {p, nil, steps{cast(with("too dear", "", no("ann")))}, policy.StateRejected},
		"a rejection without a reason": {
			reasons, nil,
			steps{refused(tally.ReasonCommentRequired, cast(with("too dear", "", no("ann"))))},
			policy.StateOpen,
		},
		"another reason": {
			reasons, nil,
			steps{refused(tally.ReasonCommentRequired, cast(with("", "mood", no("ann"))))},
			policy.StateOpen,
		},
		"who may not decide need not know": {p, nil, steps{refused(tally.ReasonNotEligible, cast(tally.Vote{
			Actor:  in("dan", "sales"),
			Choice: policy.ChoiceReject,
		}))}, policy.StateOpen},
		"one of the reasons": {reasons, nil, steps{cast(with("", "budget", no("ann")))}, policy.StateRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// Every bound of a vote, at the last value that is fine and the first that is not.
func TestVoteBounds(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", policy.MaxNameBytes)
	many := make([]string, policy.MaxGroups)
	for i := range many {
		many[i] = "finance"
	}
	for name, c := range map[string]struct {
		change func(*tally.Vote)
		want   tally.Reason
	}{
		"the longest names":        {func(v *tally.Vote) { v.Actor.ID, v.Actor.Auth, v.Reason, v.Actor.Groups = long, long, long, many }, ""},
		"a longer ID":              {func(v *tally.Vote) { v.Actor.ID = long + "x" }, tally.ReasonMalformed},
		"an ID with space":         {func(v *tally.Vote) { v.Actor.ID = "ann " }, tally.ReasonMalformed},
		"an ID that is no text":    {func(v *tally.Vote) { v.Actor.ID = "\xff" }, tally.ReasonMalformed},
		"a longer auth":            {func(v *tally.Vote) { v.Actor.Auth = long + "x" }, tally.ReasonMalformed},
		"more groups":              {func(v *tally.Vote) { v.Actor.Groups = append(many, "x") }, tally.ReasonMalformed},
		"an empty group":           {func(v *tally.Vote) { v.Actor.Groups = []string{"finance", ""} }, tally.ReasonMalformed},
		"the longest comment":      {func(v *tally.Vote) { v.Comment = strings.Repeat("x", policy.MaxCommentBytes) }, ""},
		"a longer comment":         {func(v *tally.Vote) { v.Comment = strings.Repeat("x", policy.MaxCommentBytes+1) }, tally.ReasonTooLarge},
		"a comment that is no tex": {func(v *tally.Vote) { v.Comment = "a\xff" }, tally.ReasonMalformed},
		"a longer reason":          {func(v *tally.Vote) { v.Reason = long + "x" }, tally.ReasonMalformed},
		"a longer digest":          {func(v *tally.Vote) { v.Digest = long + "x" }, tally.ReasonMalformed},
		"a longer edit":            {func(v *tally.Vote) { v.Edited = long + "x" }, tally.ReasonMalformed},
		"a longer owner":           {func(v *tally.Vote) { v.For = long + "x" }, tally.ReasonMalformed},
		"a negative round":         {func(v *tally.Vote) { v.Round = -1 }, tally.ReasonMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := yes("ann")
			c.change(&v)
			if c.want == "" {
				play(t, policy.Quorum(2, "finance"), cast(v))
				return
			}
			play(t, policy.Quorum(2, "finance"), refused(c.want, cast(v)))
		})
	}
}

// A gate keeps 500 votes and takes no more from others; those who have voted may
// still change their minds, and an edit begins with none.
func TestFull(t *testing.T) {
	t.Parallel()
	p := quorum(policy.Policy{AllowEdits: true}, 2, "finance", policy.MaxVotes+1)
	gate := play(t, p)
	for i := range policy.MaxVotes {
		require.NoError(t, cast(no(fmt.Sprint("a", i)))(gate))
	}
	full := refused(tally.ReasonFull, cast(yes("ann")))
	require.NoError(t, full(gate))
	require.NoError(t, full(again(t, gate.Snapshot())))
	require.NoError(t, cast(yes("a7"))(gate))
	require.Equal(t, 1, gate.Approvals())
	last := yes("ann")
	last.Edited = "d2"
	require.NoError(t, cast(last)(gate))
	require.Equal(t, 1, gate.Approvals(), "the editor's approval is carried")
	require.NoError(t, cast(round(2, yes("bob")))(gate))
	require.Equal(t, policy.StateApproved, gate.State())
}

// Whatever one member does again and again, the gate takes the votes of all others,
// and its audit keeps them.
func TestChangesOfOneActorAreBounded(t *testing.T) {
	t.Parallel()
	p := quorum(policy.Policy{AllowEdits: true, AllowDelegation: true}, 3, "finance", 9)
	for name, act := range map[string]func(gate *tally.Tally, i int) error{
		"changes of mind": func(gate *tally.Tally, i int) error {
			return cast(tally.Vote{Actor: member("mal"), Choice: []policy.Choice{policy.ChoiceReject, policy.ChoiceApprove}[i%2]})(gate)
		},
		"edits": func(gate *tally.Tally, i int) error {
			v := round(gate.Round(), yes("mal"))
			v.Edited = fmt.Sprint("e", i)
			return cast(v)(gate)
		},
		"delegations": func(gate *tally.Tally, i int) error { return delegate("mal", []string{"", "zoe"}[i%2])(gate) },
		"reassignments": func(gate *tally.Tally, i int) error {
			return gate.Reassign(in("mal"), add(users(fmt.Sprint("u", i)), ""), "", start)
		},
		"moves of the deadline": func(gate *tally.Tally, i int) error {
			return gate.Move(in("mal"), time.Duration(1-i%2*2)*time.Second, "", start)
		},
		"all of them, spelled as they like": func(gate *tally.Tally, i int) error {
			return gate.Move(in([]string{"mal", "Mal", "MAL"}[i%3]), time.Second, "", start)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate := play(t, p, cast(yes("ann")))
			var err error
			last := 0
			for err == nil && last < 1000 {
				last++
				err = act(gate, last)
			}
			require.ErrorIs(t, err, tally.ReasonFull)
			require.EqualError(t, err, "the actor has made 50 changes to this gate, which is the limit; leave it as it is, or ask another")
			gate = again(t, gate.Snapshot())
			require.ErrorIs(t, act(gate, last), tally.ReasonFull, "it is carried")
			require.Contains(t, entriesOf(gate), "vote ann")
			for _, id := range []string{"bob", "cat", "dan"} {
				if gate.State() == policy.StateOpen {
					require.NoError(t, cast(round(gate.Round(), yes(id)))(gate))
				}
			}
			require.Equal(t, policy.StateApproved, gate.State())
		})
	}
}

func entriesOf(gate *tally.Tally) (all []string) {
	for _, e := range gate.Audit().Entries {
		all = append(all, string(e.Kind)+" "+e.Actor)
	}
	return all
}

// As many as a gate takes can approve it: no one is left over because of them.
func TestManyVoters(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range policy.MaxVotes {
		ids = append(ids, fmt.Sprintf("a%d", i))
	}
	gate := play(t, policy.AllOf(ids...), missing(policy.MaxVotes))
	for _, id := range ids {
		require.Equal(t, policy.StateOpen, gate.State())
		require.NoError(t, cast(yes(id))(gate))
	}
	require.Equal(t, policy.StateApproved, gate.State())
}
