package tally_test

import (
	"fmt"
	"testing"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestRounds(t *testing.T) {
	t.Parallel()
	type steps = []step
	three := quorum(policy.Policy{MaxRounds: 3}, 2, "finance", 0)
	climbing := ladder(rules(need(2, groups("finance"))), add(users("zoe"), ""))
	climbing.MaxRounds = 2
	seen := func(digest string, v tally.Vote) tally.Vote { v.Digest = digest; return v }
	for name, s := range map[string]script{
		"a single round has no changes": {
			policy.Quorum(1, "finance"), nil,
			steps{refused(tally.ReasonNotAllowed, cast(ask("ann")))},
			policy.StateOpen,
		},
		"changes pause it": {
			three, nil,
			steps{cast(yes("bob"), ask("ann")), refused(tally.ReasonPaused, cast(yes("cat")))},
			policy.StateChangesRequested,
		},
		"only who may decide asks": {three, nil, steps{refused(tally.ReasonNotEligible, cast(tally.Vote{
			Actor:  in("x"),
			Choice: policy.ChoiceRequestChanges,
		}))}, policy.StateOpen},
		"a deadline does not pass then": {three, nil, steps{cast(ask("ann")), expire}, policy.StateChangesRequested},
		"no escalation either":          {climbing, nil, steps{cast(ask("ann")), noStep}, policy.StateChangesRequested},
		"it can be withdrawn":           {three, nil, steps{cast(ask("ann")), withdraw("eve")}, policy.StateWithdrawn},
		"it can be canceled":            {three, nil, steps{cast(ask("ann")), cancel}, policy.StateCanceled},
		"only the requester makes it again": {three, nil, steps{
			cast(ask("ann")), refused(tally.ReasonNotEligible, resubmit("ann", "d2")),
			resubmit("eve", "d2"),
		}, policy.StateOpen},
		"not while it is open": {three, nil, steps{refused(tally.ReasonClosed, resubmit("eve", "d2"))}, policy.StateOpen},
		"with a digest that is one": {three, nil, steps{cast(ask("ann")), refused(tally.ReasonMalformed, resubmit("eve",
			string(make([]byte, 300))))}, policy.StateChangesRequested},
		"a new round has no votes": {three, nil, steps{cast(yes("bob"), ask("ann")), resubmit("eve", "d2"), missing(2), cast(round(2,
			yes("bob")), round(2, yes("ann")))}, policy.StateApproved},
		"votes on the old round": {three, nil, steps{cast(ask("ann")), resubmit("eve", "d2"), refused(tally.ReasonStale,
			cast(yes("bob"))), refused(tally.ReasonStale, cast(round(1, yes("bob"))))}, policy.StateOpen},
		"votes on a round to come": {three, nil, steps{refused(tally.ReasonStale, cast(round(2, yes("bob"))))}, policy.StateOpen},
		"votes on another subject": {three, nil, steps{refused(tally.ReasonStale, cast(seen("d2", yes("bob")))), cast(seen("d1",
			yes("bob")))}, policy.StateOpen},
		"votes on the old subject": {three, nil, steps{cast(ask("ann")), resubmit("eve", "d2"), refused(tally.ReasonStale,
			cast(seen("d1", round(2, yes("bob"))))), cast(seen("d2", round(2, yes("bob"))))}, policy.StateOpen},
		"a subject without a digest": {three, nil, steps{cast(ask("ann")), resubmit("eve", ""), refused(tally.ReasonStale, cast(seen("d1",
			round(2, yes("bob"))))), cast(round(2, yes("bob")))}, policy.StateOpen},
		"the last round rejects": {three, nil, steps{
			cast(ask("ann")), resubmit("eve", "d2"), cast(round(2, ask("ann"))), resubmit("eve", "d3"),
			cast(round(3, ask("ann"))), why("no further round"), refused(tally.ReasonClosed, resubmit("eve", "d4")),
		}, policy.StateRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	type steps = []step
	edited := func(digest string, v tally.Vote) tally.Vote { v.Edited = digest; return v }
	p := quorum(policy.Policy{AllowEdits: true}, 2, "finance", 0)
	one, final, staged := p, p, two(policy.ExpireOnTimeout, policy.ExpireOnTimeout)
	one.Stages, final.FinalVotes, staged.AllowEdits = policy.Quorum(1, "finance").Stages, true, true
	roundIs := func(n int, digest string) step {
		return func(t *tally.Tally) error {
			if t.Round() != n || t.Digest() != digest {
				return fmt.Errorf("it is in round %d on %q", t.Round(), t.Digest())
			}
			return nil
		}
	}
	for name, s := range map[string]script{
		"not allowed": {
			policy.Quorum(1, "finance"), nil,
			steps{refused(tally.ReasonNotAllowed, cast(edited("d2", yes("ann"))))},
			policy.StateOpen,
		},
		"only approvals edit": {p, nil, steps{refused(tally.ReasonMalformed, cast(edited("d2", no("ann"))))}, policy.StateOpen},
		"the others decide again": {p, nil, steps{
			cast(yes("bob"), edited("d2", yes("ann"))), roundIs(2, "d2"), missing(1),
			refused(tally.ReasonStale, cast(yes("cat"))), cast(round(2, yes("bob"))),
		}, policy.StateApproved},
		"the editor counts": {p, nil, steps{cast(edited("d2", yes("ann"))), refused(tally.ReasonAlreadyVoted, cast(round(2,
			yes("ann"))))}, policy.StateOpen},
		"the editor is enough":       {one, nil, steps{cast(edited("d2", yes("ann"))), roundIs(2, "d2")}, policy.StateApproved},
		"what it is already is none": {p, nil, steps{cast(edited("d1", yes("ann"))), roundIs(1, "d1"), cast(yes("bob"))}, policy.StateApproved},
		"who has approved may edit":  {p, nil, steps{cast(yes("ann"), edited("d2", yes("ann"))), roundIs(2, "d2"), missing(1)}, policy.StateOpen},
		"not if votes are final": {
			final, nil,
			steps{cast(yes("ann")), refused(tally.ReasonAlreadyVoted, cast(edited("d2", yes("ann"))))},
			policy.StateOpen,
		},
		"all stages begin again": {staged, nil, steps{cast(yes("ann"), edited("d2", yes("ann"))), roundIs(2, "d2"), cast(round(2,
			yesOf("boss")))}, policy.StateApproved},
		"the first is for others": {staged, nil, steps{
			cast(yes("ann"), edited("d2", yesOf("boss"))), roundIs(2, "d2"), missing(1),
			cast(round(2, yes("ann")), round(2, yesOf("boss"))),
		}, policy.StateApproved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}
