package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestCommentsAndReasons(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := policy.Policy{Need: 2, Group: "finance", CommentOn: []policy.Choice{policy.Reject, policy.RequestChanges}, MaxRounds: 2}
	reasons := policy.Policy{Need: 2, Group: "finance", RejectFor: []string{"price", "budget"}}
	with := func(comment, reason string, v policy.Vote) policy.Vote {
		v.Comment, v.Reason = comment, reason
		return v
	}
	for name, s := range map[string]script{
		"a rejection without a comment":    {p, nil, steps{refused(policy.CommentRequired, cast(no("ann")))}, policy.Open},
		"changes without a comment":        {p, nil, steps{refused(policy.CommentRequired, cast(ask("ann")))}, policy.Open},
		"an approval needs none":           {p, nil, steps{cast(yes("ann"))}, policy.Open},
		"a rejection with one":             {p, nil, steps{cast(with("too dear", "", no("ann")))}, policy.Rejected},
		"a rejection without a reason":     {reasons, nil, steps{refused(policy.CommentRequired, cast(with("too dear", "", no("ann"))))}, policy.Open},
		"another reason":                   {reasons, nil, steps{refused(policy.CommentRequired, cast(with("", "mood", no("ann"))))}, policy.Open},
		"who may not decide need not know": {p, nil, steps{refused(policy.NotEligible, cast(policy.Vote{Actor: in("dan", "sales"), Choice: policy.Reject}))}, policy.Open},
		"one of the reasons":               {reasons, nil, steps{cast(with("", "budget", no("ann")))}, policy.Rejected},
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
	long := strings.Repeat("x", policy.MaxName)
	many := make([]string, policy.MaxGroups)
	for i := range many {
		many[i] = "finance"
	}
	for name, c := range map[string]struct {
		change func(*policy.Vote)
		want   policy.Reason
	}{
		"the longest names":        {func(v *policy.Vote) { v.Actor.ID, v.Actor.Auth, v.Reason, v.Actor.Groups = long, long, long, many }, ""},
		"a longer ID":              {func(v *policy.Vote) { v.Actor.ID = long + "x" }, policy.Malformed},
		"an ID with space":         {func(v *policy.Vote) { v.Actor.ID = "ann " }, policy.Malformed},
		"an ID that is no text":    {func(v *policy.Vote) { v.Actor.ID = "\xff" }, policy.Malformed},
		"a longer auth":            {func(v *policy.Vote) { v.Actor.Auth = long + "x" }, policy.Malformed},
		"more groups":              {func(v *policy.Vote) { v.Actor.Groups = append(many, "x") }, policy.Malformed},
		"an empty group":           {func(v *policy.Vote) { v.Actor.Groups = []string{"finance", ""} }, policy.Malformed},
		"the longest comment":      {func(v *policy.Vote) { v.Comment = strings.Repeat("x", policy.MaxComment) }, ""},
		"a longer comment":         {func(v *policy.Vote) { v.Comment = strings.Repeat("x", policy.MaxComment+1) }, policy.TooLarge},
		"a comment that is no tex": {func(v *policy.Vote) { v.Comment = "a\xff" }, policy.Malformed},
		"a longer reason":          {func(v *policy.Vote) { v.Reason = long + "x" }, policy.Malformed},
		"a longer digest":          {func(v *policy.Vote) { v.Digest = long + "x" }, policy.Malformed},
		"a longer edit":            {func(v *policy.Vote) { v.Edited = long + "x" }, policy.Malformed},
		"a longer owner":           {func(v *policy.Vote) { v.For = long + "x" }, policy.Malformed},
		"a negative round":         {func(v *policy.Vote) { v.Round = -1 }, policy.Malformed},
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

// A gate that has taken 500 votes takes no more, but the last one may be an edit.
func TestFull(t *testing.T) {
	t.Parallel()
	p := policy.Policy{Need: 2, Group: "finance", Veto: 9, AllowEdits: true}
	tally := play(t, p)
	for i := range policy.MaxVotes - 1 {
		v := yes("ann")
		if i%2 == 1 {
			v = no("ann")
		}
		require.NoError(t, cast(v)(tally))
	}
	require.Len(t, tally.Votes(), 1)
	last := yes("bob")
	last.Edited = "d2"
	require.NoError(t, cast(last)(tally))
	require.Equal(t, 1, tally.Approvals(), "the editor's approval is carried")
	require.NoError(t, refused(policy.Full, cast(round(2, yes("ann"))))(tally))
	restored, err := policy.Restore(tally.Snapshot())
	require.NoError(t, err)
	require.NoError(t, refused(policy.Full, cast(round(2, yes("ann"))))(restored))
	require.Equal(t, policy.Expired, restored.Expire(start))
}

// As many as a gate takes can approve it: nobody is left over because of them.
func TestManyVoters(t *testing.T) {
	t.Parallel()
	var ids []string
	for i := range policy.MaxVotes {
		ids = append(ids, fmt.Sprintf("a%d", i))
	}
	tally := play(t, policy.Everyone(ids...), missing(policy.MaxVotes))
	for _, id := range ids {
		require.Equal(t, policy.Open, tally.State())
		require.NoError(t, cast(yes(id))(tally))
	}
	require.Equal(t, policy.Approved, tally.State())
}
