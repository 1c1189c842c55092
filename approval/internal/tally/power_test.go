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

// Whom a rule excepts does not decide for another, and does not choose who does: that
// holds for all through whose hands a decision goes.
func TestExceptedPeopleDecideForNobody(t *testing.T) {
	t.Parallel()
	type steps = []step
	except := func(ids ...string) policy.Selector { return policy.Selector{Groups: []string{"finance"}, Except: ids} }
	delegating := func(p policy.Policy) policy.Policy { p.AllowDelegation = true; return p }
	one := delegating(rules(need(1, except("tom"))))
	both := delegating(rules(named("x", need(1, except("tom"))), named("y", need(1, groups("mgr")))))
	later := delegating(policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}},
		policy.Stage{Rules: []policy.Rule{need(1, except("tom"))}}))
	for name, s := range map[string]script{
		"a delegate": {one, nil, steps{
			refused(tally.ReasonNotEligible, delegate("ann", "tom")),
			refused(tally.ReasonNotEligible, delegate("ann", "Tom")),
		}, policy.StateOpen},
		"who delegates": {one, nil, steps{refused(tally.ReasonNotEligible, delegate("tom", "dan"))}, policy.StateOpen},
		"who passes on": {later, nil, steps{
			delegate("ann", "tom"), delegateOf(in("tom"), "dan"), cast(yes("bob")),
			refused(tally.ReasonNotEligible, cast(yesFor("ann", "dan"))),
		}, policy.StateOpen},
		"in a later stage": {later, nil, steps{delegate("ann", "tom"), cast(yes("bob")), refused(tally.ReasonNotEligible,
			cast(yesFor("ann", "tom")))}, policy.StateOpen},
		"only for the rule that excepts": {both, nil, steps{
			delegateOf(in("ann", "finance", "mgr"), "tom"), cast(yesFor("ann", "tom")),
			missing(1), cast(yesOf("bob", "mgr")),
		}, policy.StateOpen},
		"nor for the rule after a change": {both, nil, steps{
			delegateOf(in("ann", "finance", "mgr"), "tom"), cast(yesFor("ann", "tom")),
			reassign(add(users("zoe"), "x")), missing(1),
		}, policy.StateOpen},
		"the owner may add what is missing": {both, nil, steps{delegateOf(in("ann", "finance", "mgr"), "tom"), cast(yesFor("ann", "tom"),
			yesOf("bob", "mgr")), missing(1), cast(yesOf("ann", "finance", "mgr"))}, policy.StateApproved},
		"what was not delegated": {one, nil, steps{refused(tally.ReasonNotAllowed, delegate("ann", ""))}, policy.StateOpen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// Who may not decide does not change who decides, or until when.
func TestCheckPower(t *testing.T) {
	t.Parallel()
	p := rules(named("x", need(1, policy.Selector{Groups: []string{"finance"}, Except: []string{"tom"}})), named("y", need(1, groups("mgr"))))
	p.Excluded = []string{"mallory"}
	for name, c := range map[string]struct {
		by   policy.Actor
		rule string
		want tally.Reason
	}{
		"a manager":                         {in("max"), "", ""},
		"a manager, one rule":               {in("max"), "x", ""},
		"the requester":                     {in("eve"), "y", tally.ReasonSelfApproval},
		"the requester, in another case":    {in("EVE"), "", tally.ReasonSelfApproval},
		"who is barred":                     {in("mallory"), "", tally.ReasonNotEligible},
		"who is excepted":                   {in("Tom"), "", tally.ReasonNotEligible},
		"who is excepted, that rule":        {in("tom"), "x", tally.ReasonNotEligible},
		"who is excepted, but by another":   {in("tom"), "y", ""},
		"nobody":                            {policy.Actor{}, "", tally.ReasonMalformed},
		"one whom no one vouches for":       {policy.Actor{ID: "max"}, "", tally.ReasonMalformed},
		"the requester with space after it": {in("eve "), "", tally.ReasonMalformed},
	} {
		gate := play(t, p)
		changes := map[string]error{"may": gate.CheckPower(c.by, c.rule), "reassign": gate.Clone().Reassign(c.by, add(users("zoe"), c.rule), "",
			start)}
		if c.rule == "" {
			changes["move"] = gate.Clone().Move(c.by, -time.Hour, "", start)
		}
		for what, err := range changes {
			if c.want == "" {
				require.NoError(t, err, "%s %s", name, what)
			} else {
				require.ErrorIs(t, err, c.want, "%s %s", name, what)
			}
		}
		require.Len(t, gate.Audit().Entries, 1)
	}
	open := p
	open.AllowRequester = true
	require.NoError(t, play(t, open).CheckPower(in("eve"), ""), "who may decide may change it")
	require.EqualError(t, play(t, p, cancel).Move(in("max"), 1, "", start), "the gate is canceled, so there is no deadline to move; "+
		"nothing to do")
	require.EqualError(t, play(t, p).CheckPower(in("tom"), ""), "a rule of the stage excepts the actor, who cannot change who decides or "+
		"until when; ask another manager")
}

// The audit says who has changed what, to whom, and why.
func TestAuditOfChanges(t *testing.T) {
	t.Parallel()
	p := rules(named("x", need(1, users("ann"))))
	p.AllowDelegation = true
	to := policy.Selector{Users: []string{"zoe", "yan"}, Groups: []string{"hr"}, Except: []string{"tom"}}
	gate := play(t, p, delegate("ann", "dan"), delegate("ann", ""))
	require.NoError(t, gate.Reassign(in("max"), instead(to, "x"), "ann is ill", start))
	require.NoError(t, gate.Reassign(in("max"), add(users(many("approver-with-a-long-name-", 100)...), ""), "", start))
	for _, d := range []time.Duration{time.Hour, -time.Minute, 1<<63 - 1, -1 << 63} {
		require.NoError(t, gate.Move(in("max"), d, "a holiday", start))
	}
	var got []string
	for _, e := range gate.Audit().Entries[1:] {
		got = append(got, fmt.Sprintf("%s %s %s %s", e.Kind, e.Actor, e.For, e.Note))
	}
	require.Contains(t, got[3], "reassigned max  also users (100) approver-with-a-long-name-0, ", "the number is there though the rest is cut")
	require.True(t, strings.HasSuffix(got[3], "…"))
	got[3] = ""
	require.Equal(t, []string{
		"delegated ann dan ", "delegated ann  taken back", "reassigned max  x: instead users (2) zoe, yan; groups (1) hr; except (1) tom: " +
			"ann is ill", "",
		"extended max  1h0m0s: a holiday", "shortened max  1m0s: a holiday", "extended max  2562047h47m16.854775807s: a holiday",
		"shortened max  2562047h47m16.854775807s: a holiday",
	}, got)
}

// An approval counts for what its actor may decide by now: who comes again with a
// claim that was not known then is not refused for having approved.
func TestApprovalAgainForMoreRules(t *testing.T) {
	t.Parallel()
	final := rules(named("x", need(1, groups("finance"))), named("y", need(1, groups("mgr"))))
	final.FinalVotes, final.Stages[0].RejectThreshold = true, 2
	gate := play(t, final, cast(yesOf("ann", "finance", "board")), reassign(add(groups("board"), "y")), missing(1))
	require.Equal(t, []int{0}, gate.Votes()[0].Rules, "a claim that did not matter was not kept")
	require.NoError(t, refused(tally.ReasonAlreadyVoted, cast(yesOf("ann", "finance")))(gate))
	require.NoError(t, refused(tally.ReasonAlreadyVoted, cast(tally.Vote{Actor: in("ann", "board"), Choice: policy.ChoiceReject}))(gate))
	require.NoError(t, cast(yesOf("ann", "board"))(gate))
	require.Equal(t, []int{0, 1}, gate.Votes()[0].Rules, "what it counted for stays")
	require.NoError(t, cast(yesOf("bob", "finance"))(gate))
	require.Equal(t, policy.StateApproved, gate.State())
}
