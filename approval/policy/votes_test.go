package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestCommentsAndReasons(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := policy.Policy{Need: 2, Group: "finance", RequireCommentOn: []policy.Choice{policy.ChoiceReject, policy.ChoiceRequestChanges}, MaxRounds: 2}
	reasons := policy.Policy{Need: 2, Group: "finance", RejectReasons: []string{"price", "budget"}}
	with := func(comment, reason string, v policy.Vote) policy.Vote {
		v.Comment, v.Reason = comment, reason
		return v
	}
	for name, s := range map[string]script{
		"a rejection without a comment":    {p, nil, steps{refused(policy.ReasonCommentRequired, cast(no("ann")))}, policy.StateOpen},
		"changes without a comment":        {p, nil, steps{refused(policy.ReasonCommentRequired, cast(ask("ann")))}, policy.StateOpen},
		"one of spaces":                    {p, nil, steps{refused(policy.ReasonCommentRequired, cast(with(" \t\n", "", no("ann"))))}, policy.StateOpen},
		"one of other spaces":              {p, nil, steps{refused(policy.ReasonCommentRequired, cast(with("\u00a0\u3000\u2003\u2028", "", no("ann"))))}, policy.StateOpen},
		"one that cannot be seen":          {p, nil, steps{refused(policy.ReasonCommentRequired, cast(with("\u200b\u2060\ufeff\u00ad\u3164\u2800\U000e0041", "", no("ann"))))}, policy.StateOpen},
		"one of a single letter":           {p, nil, steps{cast(with(" \u200b?", "", no("ann")))}, policy.StateRejected},
		"an approval needs none":           {p, nil, steps{cast(yes("ann"))}, policy.StateOpen},
		"a rejection with one":             {p, nil, steps{cast(with("too dear", "", no("ann")))}, policy.StateRejected},
		"a rejection without a reason":     {reasons, nil, steps{refused(policy.ReasonCommentRequired, cast(with("too dear", "", no("ann"))))}, policy.StateOpen},
		"another reason":                   {reasons, nil, steps{refused(policy.ReasonCommentRequired, cast(with("", "mood", no("ann"))))}, policy.StateOpen},
		"who may not decide need not know": {p, nil, steps{refused(policy.ReasonNotEligible, cast(policy.Vote{Actor: in("dan", "sales"), Choice: policy.ChoiceReject}))}, policy.StateOpen},
		"one of the reasons":               {reasons, nil, steps{cast(with("", "budget", no("ann")))}, policy.StateRejected},
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
		change func(*policy.Vote)
		want   policy.Reason
	}{
		"the longest names":        {func(v *policy.Vote) { v.Actor.ID, v.Actor.Auth, v.Reason, v.Actor.Groups = long, long, long, many }, ""},
		"a longer ID":              {func(v *policy.Vote) { v.Actor.ID = long + "x" }, policy.ReasonMalformed},
		"an ID with space":         {func(v *policy.Vote) { v.Actor.ID = "ann " }, policy.ReasonMalformed},
		"an ID that is no text":    {func(v *policy.Vote) { v.Actor.ID = "\xff" }, policy.ReasonMalformed},
		"a longer auth":            {func(v *policy.Vote) { v.Actor.Auth = long + "x" }, policy.ReasonMalformed},
		"more groups":              {func(v *policy.Vote) { v.Actor.Groups = append(many, "x") }, policy.ReasonMalformed},
		"an empty group":           {func(v *policy.Vote) { v.Actor.Groups = []string{"finance", ""} }, policy.ReasonMalformed},
		"the longest comment":      {func(v *policy.Vote) { v.Comment = strings.Repeat("x", policy.MaxCommentBytes) }, ""},
		"a longer comment":         {func(v *policy.Vote) { v.Comment = strings.Repeat("x", policy.MaxCommentBytes+1) }, policy.ReasonTooLarge},
		"a comment that is no tex": {func(v *policy.Vote) { v.Comment = "a\xff" }, policy.ReasonMalformed},
		"a longer reason":          {func(v *policy.Vote) { v.Reason = long + "x" }, policy.ReasonMalformed},
		"a longer digest":          {func(v *policy.Vote) { v.Digest = long + "x" }, policy.ReasonMalformed},
		"a longer edit":            {func(v *policy.Vote) { v.Edited = long + "x" }, policy.ReasonMalformed},
		"a longer owner":           {func(v *policy.Vote) { v.For = long + "x" }, policy.ReasonMalformed},
		"a negative round":         {func(v *policy.Vote) { v.Round = -1 }, policy.ReasonMalformed},
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
	p := policy.Policy{Need: 2, Group: "finance", RejectThreshold: policy.MaxVotes + 1, AllowEdits: true}
	tally := play(t, p)
	for i := range policy.MaxVotes {
		require.NoError(t, cast(no(fmt.Sprint("a", i)))(tally))
	}
	full := refused(policy.ReasonFull, cast(yes("ann")))
	require.NoError(t, full(tally))
	require.NoError(t, full(again(t, tally.Snapshot())))
	require.NoError(t, cast(yes("a7"))(tally))
	require.Equal(t, 1, tally.Approvals())
	last := yes("ann")
	last.Edited = "d2"
	require.NoError(t, cast(last)(tally))
	require.Equal(t, 1, tally.Approvals(), "the editor's approval is carried")
	require.NoError(t, cast(round(2, yes("bob")))(tally))
	require.Equal(t, policy.StateApproved, tally.State())
}

// Whatever one member does again and again, the gate takes the votes of all others,
// and its audit keeps them.
func TestChangesOfOneActorAreBounded(t *testing.T) {
	t.Parallel()
	p := policy.Policy{Need: 3, Group: "finance", RejectThreshold: 9, AllowEdits: true, AllowDelegation: true}
	for name, act := range map[string]func(tally *policy.Tally, i int) error{
		"changes of mind": func(tally *policy.Tally, i int) error {
			return cast(policy.Vote{Actor: member("mal"), Choice: []policy.Choice{policy.ChoiceReject, policy.ChoiceApprove}[i%2]})(tally)
		},
		"edits": func(tally *policy.Tally, i int) error {
			v := round(tally.Round(), yes("mal"))
			v.Edited = fmt.Sprint("e", i)
			return cast(v)(tally)
		},
		"delegations": func(tally *policy.Tally, i int) error { return delegate("mal", []string{"", "zoe"}[i%2])(tally) },
		"reassignments": func(tally *policy.Tally, i int) error {
			return tally.Reassign(in("mal"), add(users(fmt.Sprint("u", i)), ""), "", start)
		},
		"moves of the deadline": func(tally *policy.Tally, i int) error {
			return tally.Move(in("mal"), time.Duration(1-i%2*2)*time.Second, "", start)
		},
		"all of them, spelled as they like": func(tally *policy.Tally, i int) error {
			return tally.Move(in([]string{"mal", "Mal", "MAL"}[i%3]), time.Second, "", start)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := play(t, p, cast(yes("ann")))
			var err error
			last := 0
			for err == nil && last < 1000 {
				last++
				err = act(tally, last)
			}
			require.ErrorIs(t, err, policy.ReasonFull)
			require.EqualError(t, err, "the actor has made 50 changes to this gate, which is the limit; leave it as it is, or ask another")
			tally = again(t, tally.Snapshot())
			require.ErrorIs(t, act(tally, last), policy.ReasonFull, "it is carried")
			require.Contains(t, entriesOf(tally), "vote ann")
			for _, id := range []string{"bob", "cat", "dan"} {
				if tally.State() == policy.StateOpen {
					require.NoError(t, cast(round(tally.Round(), yes(id)))(tally))
				}
			}
			require.Equal(t, policy.StateApproved, tally.State())
		})
	}
}

func entriesOf(tally *policy.Tally) (all []string) {
	for _, e := range tally.Audit().Entries {
		all = append(all, e.Kind+" "+e.Actor)
	}
	return all
}

// As many as a gate takes can approve it: nobody is left over because of them.
func TestManyVoters(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range policy.MaxVotes {
		ids = append(ids, fmt.Sprintf("a%d", i))
	}
	tally := play(t, policy.AllOf(ids...), missing(policy.MaxVotes))
	for _, id := range ids {
		require.Equal(t, policy.StateOpen, tally.State())
		require.NoError(t, cast(yes(id))(tally))
	}
	require.Equal(t, policy.StateApproved, tally.State())
}
