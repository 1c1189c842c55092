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
		`the actor's ID, "actor": {"id": …}, has 0 bytes; write 1 to 200 bytes of UTF-8`: {
			policy: plain, step: cast(yes("")),
		},
		`how the actor is known, "actor": {"auth": …}, has 0 bytes; write 1 to 200 bytes of UTF-8`: {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Actor.Auth = "" })),
		},
		"the actor has 201 groups, the limit is 200; send only the groups that matter": {
			policy: plain, step: cast(yesOf("ann", many("g", 201)...)),
		},
		"group 1 of the actor has 0 bytes; write 1 to 200 bytes of UTF-8": {
			policy: plain, step: cast(yesOf("ann", "")),
		},
		`the vote's choice is unknown; send "approve", "reject" or "request-changes"`: {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Choice = "" })),
		},
		"the vote's comment has 4097 bytes, the limit is 4096; shorten it": {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Comment = strings.Repeat("x", 4097) })),
		},
		"the vote's comment of 1 bytes is not UTF-8; send text": {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Comment = "\xff" })),
		},
		"the vote's round is -1; send the round that the actor has seen, or none": {
			policy: plain, step: cast(round(-1, yes("ann"))),
		},
		`the vote edits the subject and does not approve; send "approve", or no edit`: {
			policy: plain, step: cast(changed(no("ann"), func(v *tally.Vote) { v.Edited = "d2" })),
		},
		"the vote has a digest of 201 bytes; send at most 200 bytes of UTF-8": {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Edited = tooLong })),
		},
		`the vote's "for" has 201 bytes; write 1 to 200 bytes of UTF-8`: {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.For = tooLong })),
		},
		"the gate is canceled; nothing more can be decided": {
			policy: plain,
			before: []step{cancel}, step: cast(yes("ann")),
		},
		"the vote is on round 2 and the request is in round 1; look at it again and decide with round 1": {
			policy: plain, step: cast(round(2, yes("ann"))),
		},
		`the vote is on another subject than the open one; look at it again, and decide on the digest "d1"`: {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Digest = "d2" })),
		},
		"the vote is on a subject with a digest, and this one has none; look at it again, and decide without a digest": {
			policy: rich,
			before: []step{cast(comment), resubmit("eve", "")}, step: cast(changed(round(2, yes("ann")), func(v *tally.Vote) { v.Digest = "d2" })),
		},
		"changes were requested; wait until the request is made again": {
			policy: rich,
			before: []step{cast(comment)}, step: cast(yes("bob")),
		},
		"the policy has a single round, so changes cannot be requested; reject instead": {
			policy: plain, step: cast(ask("ann")),
		},
		"the policy does not let an approval change the subject; approve it as it is, or reject": {
			policy: plain, step: cast(changed(yes("ann"), func(v *tally.Vote) { v.Edited = "d2" })),
		},
		`the choice "request-changes" needs a comment; send one`: {
			policy: rich, step: cast(ask("ann")),
		},
		"a rejection needs a reason; send one of them: price, budget": {
			policy: rich, step: cast(no("ann")),
		},
		"the requester cannot decide on their own request; ask another of those who may: " + who: {
			policy: rich, step: cast(yes("eve")),
		},
		"the policy excludes the actor from this decision; ask another of those who may: " + who: {
			policy: rich, step: cast(yes("mallory")),
		},
		"the actor is not among those who may decide now; ask one of them: " + who: {
			policy: rich, step: cast(yesOf("dan")),
		},
		`the actor has decided "approve" already; nothing to do, or send another choice to change it`: {
			policy: plain,
			before: []step{cast(yes("ann"))}, step: cast(yes("ann")),
		},
		`the actor has decided "approve", and the policy makes votes final; nothing to do`: {
			policy: rich,
			before: []step{cast(yes("ann"))}, step: cast(comment),
		},
		"the actor has decided for another person already, and has one vote; ask another actor": {
			policy: rich,
			before: []step{delegate("ann", "dan"), delegate("bob", "dan"), cast(yesFor("ann", "dan"))}, step: cast(yesFor("bob", "dan")),
		},
		`no one has delegated that decision to the actor; have it delegated first, or decide without "for"`: {
			policy: rich, step: cast(yesFor("ann", "dan")),
		},
		"the gate is canceled; nothing can be delegated any more": {
			policy: rich,
			before: []step{cancel}, step: delegate("ann", "dan"),
		},
		"the policy does not allow delegation; decide, or ask a manager of the request": {
			policy: plain, step: delegate("ann", "dan"),
		},
		"the delegate's name of 4 bytes starts or ends with space; remove the space": {
			policy: rich, step: delegate("ann", "dan "),
		},
		"actors cannot delegate to themselves; name another delegate": {
			policy: rich, step: delegate("ann", "ann"),
		},
		"the actor has decided already; nothing to do": {
			policy: rich,
			before: []step{cast(yes("ann"))}, step: delegate("ann", "dan"),
		},
		"the actor is not among those who may decide now, so there is nothing to delegate; ask one of them: " + who: {
			policy: rich, step: delegateOf(in("x"), "dan"),
		},
		"the delegation would make a circle, or a chain of more than 3 actors; name another delegate": {
			policy: rich,
			before: []step{delegate("ann", "bob")}, step: delegate("bob", "ann"),
		},
		"the gate is open, and no changes are requested; there is nothing to submit again": {
			policy: rich, step: resubmit("eve", "d2"),
		},
		"the actor is not the requester; ask the requester to submit it again": {
			policy: rich,
			before: []step{cast(comment)}, step: resubmit("ann", "d2"),
		},
		"the digest has 201 bytes; send at most 200 bytes of UTF-8": {
			policy: rich,
			before: []step{cast(comment)}, step: resubmit("eve", tooLong),
		},
		"the gate is canceled; it is too late to withdraw": {
			policy: plain,
			before: []step{cancel}, step: withdraw("eve"),
		},
		"the actor is not the requester; ask the requester to withdraw it": {
			policy: plain, step: withdraw("ann"),
		},
		"the gate is canceled; no one else can be asked any more": {
			policy: plain,
			before: []step{cancel}, step: reassign(add(users("x"), "")),
		},
		"policy: the selector selects no one; give users or groups": {
			policy: plain, step: reassign(add(users(), "")),
		},
		`the stage has no rule "x"; name one of its rules, or none for all`: {
			policy: plain, step: reassign(add(users("x"), "x")),
		},
		"3 approvals would be needed, and at most 1 would be possible; name more people": {
			policy: rich, step: reassign(instead(users("x"), "")),
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			gate := play(t, c.policy, c.before...)
			require.EqualError(t, c.step(gate), want)
		})
	}
}
