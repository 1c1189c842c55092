package tally_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Each refusal says what is wrong, with values, and after a semicolon what to do.
func TestRefusalTexts(t *testing.T) {
	t.Parallel()
	rich := policy.Stages(policy.Stage{Name: "s", RejectThreshold: 9, Rules: []policy.Rule{
		need(2, policy.Selector{Users: []string{"ann", "zoe"}, Groups: []string{"finance"}}), need(1, groups("mgr")),
	}})
	rich.MaxRounds, rich.RejectReasons, rich.RequireCommentOn = 2, []string{"price", "budget"}, []policy.Choice{policy.ChoiceRequestChanges}
	rich.AllowDelegation, rich.Excluded, rich.FinalVotes = true, []string{"mallory"}, true
	plain := policy.Quorum(2, "finance")
	changed := func(v tally.Vote, change func(*tally.Vote)) tally.Vote { change(&v); return v }
	comment := changed(ask("ann"), func(v *tally.Vote) { v.Comment = "more" })
	const who = "a member of finance, a member of mgr, one of those named in the policy"
	for want, c := range map[string]struct {
		policy policy.Policy
		before []step
		step   step
	}{
		`the actor's ID, "actor": {"id": …}, has 0 bytes; write 1 to 200 bytes of UTF-8`:                                      {plain, nil, cast(yes(""))},
		`how the actor is known, "actor": {"auth": …}, has 0 bytes; write 1 to 200 bytes of UTF-8`:                            {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Actor.Auth = "" }))},
		"the actor has 201 groups, the limit is 200; send those that matter":                                                  {plain, nil, cast(yesOf("ann", many("g", 201)...))},
		"group 1 of the actor has 0 bytes; write 1 to 200 bytes of UTF-8":                                                     {plain, nil, cast(yesOf("ann", ""))},
		`the vote's choice is unknown; send "approve", "reject" or "request-changes"`:                                         {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Choice = "" }))},
		"the vote's comment has 4097 bytes, the limit is 4096; shorten it":                                                    {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Comment = strings.Repeat("x", 4097) }))},
		"the vote's comment of 1 bytes is no UTF-8; send text":                                                                {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Comment = "\xff" }))},
		"the vote's round is -1; send the one that the actor has seen, or none":                                               {plain, nil, cast(round(-1, yes("ann")))},
		`the vote edits the subject and does not approve; send "approve", or no edit`:                                         {plain, nil, cast(changed(no("ann"), func(v *tally.Vote) { v.Edited = "d2" }))},
		"the vote has a digest of 201 bytes; send at most 200 bytes of UTF-8":                                                 {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Edited = tooLong }))},
		`the vote's "for" has 201 bytes; write 1 to 200 bytes of UTF-8`:                                                       {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.For = tooLong }))},
		"the gate is canceled; nothing more can be decided":                                                                   {plain, []step{cancel}, cast(yes("ann"))},
		"the vote is on round 2 and the request is in round 1; look at it again and decide with round 1":                      {plain, nil, cast(round(2, yes("ann")))},
		`the vote is on another subject than the one that is to be approved; look at it again, and decide on the digest "d1"`: {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Digest = "d2" }))},
		"the vote is on a subject with a digest, and this one has none; look at it again, and decide without a digest":        {rich, []step{cast(comment), resubmit("eve", "")}, cast(changed(round(2, yes("ann")), func(v *tally.Vote) { v.Digest = "d2" }))},
		"changes were requested; wait until the request is made again":                                                        {rich, []step{cast(comment)}, cast(yes("bob"))},
		"the policy has a single round, so no changes can be requested; reject instead":                                       {plain, nil, cast(ask("ann"))},
		"the policy does not let an approval change the subject; approve as it is, or reject":                                 {plain, nil, cast(changed(yes("ann"), func(v *tally.Vote) { v.Edited = "d2" }))},
		`the choice "request-changes" needs a comment; send one`:                                                              {rich, nil, cast(ask("ann"))},
		"a rejection needs a reason; send one of them: price, budget":                                                         {rich, nil, cast(no("ann"))},
		"the requester cannot decide on a request of their own; ask another of those who may: " + who:                         {rich, nil, cast(yes("eve"))},
		"the actor is barred from this decision; ask another of those who may: " + who:                                        {rich, nil, cast(yes("mallory"))},
		"the actor is not among those who may decide now; ask one of them: " + who:                                            {rich, nil, cast(yesOf("dan"))},
		`the actor has decided "approve" already; nothing to do, or send another choice to change it`:                         {plain, []step{cast(yes("ann"))}, cast(yes("ann"))},
		`the actor has decided "approve", and the policy keeps that; nothing to do`:                                           {rich, []step{cast(yes("ann"))}, cast(comment)},
		"the actor has decided for another already, and has one vote; ask another":                                            {rich, []step{delegate("ann", "dan"), delegate("bob", "dan"), cast(yesFor("ann", "dan"))}, cast(yesFor("bob", "dan"))},
		`nobody has delegated that decision to the actor; let them delegate it first, or decide without "for"`:                {rich, nil, cast(yesFor("ann", "dan"))},
		"the gate is canceled; nothing can be delegated any more":                                                             {rich, []step{cancel}, delegate("ann", "dan")},
		"the policy has no delegation; decide, or ask those who may change the request":                                       {plain, nil, delegate("ann", "dan")},
		"the delegate's name of 4 bytes starts or ends with space; remove the space":                                          {rich, nil, delegate("ann", "dan ")},
		"a decision cannot be delegated to the actor who has it; name another":                                                {rich, nil, delegate("ann", "ann")},
		"the actor has decided already; nothing to do":                                                                        {rich, []step{cast(yes("ann"))}, delegate("ann", "dan")},
		"the actor is not among those who may decide now, so there is nothing to delegate; ask one of them: " + who:           {rich, nil, delegateOf(in("x"), "dan")},
		"the delegation would go in a circle, or over more than 3 actors; name another":                                       {rich, []step{delegate("ann", "bob")}, delegate("bob", "ann")},
		"the gate is open, and no changes are requested; nothing to make again":                                               {rich, nil, resubmit("eve", "d2")},
		"the actor has not made this request; ask who has to make it again":                                                   {rich, []step{cast(comment)}, resubmit("ann", "d2")},
		"the digest has 201 bytes; send at most 200 bytes of UTF-8":                                                           {rich, []step{cast(comment)}, resubmit("eve", tooLong)},
		"the gate is canceled; it is too late to withdraw":                                                                    {plain, []step{cancel}, withdraw("eve")},
		"the actor has not made this request; ask who has to withdraw it":                                                     {plain, nil, withdraw("ann")},
		"the gate is canceled; nobody else can be asked any more":                                                             {plain, []step{cancel}, reassign(add(users("x"), ""))},
		"policy: the change names nobody; give users or groups":                                                               {plain, nil, reassign(add(users(), ""))},
		`the stage has no rule "x"; name one that it has, or none for all`:                                                    {plain, nil, reassign(add(users("x"), "x"))},
		"3 approvals would be needed, and 1 could be had at most of those who might decide; name more":                        {rich, nil, reassign(instead(users("x"), ""))},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			gate := play(t, c.policy, c.before...)
			require.EqualError(t, c.step(gate), want)
		})
	}
}

// However many may decide, or reasons there are, the text stays short.
func TestRefusalTextsAreShort(t *testing.T) {
	t.Parallel()
	p := rules(need(1, groups(many("group", 500)...)))
	p.RejectReasons = many("reason", 500)
	gate := play(t, p)
	require.EqualError(t, cast(yesOf("dan"))(gate), "the actor is not among those who may decide now; ask one of them: a member of group0, a member of group1, a member of group10, "+
		"a member of group100, a member of group101, a member of group102, a member of group103, a member of group104, a member of group105, a member of group106 and others")
	require.EqualError(t, cast(tally.Vote{Actor: in("dan", "group0"), Choice: policy.ChoiceReject})(gate), "a rejection needs a reason; send one of them: reason0, reason1, reason2, reason3, reason4, reason5, reason6, reason7, reason8, reason9 and others")
}
