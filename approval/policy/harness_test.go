package policy_test

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var start = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// eve asks in all tests.
var eve = policy.TallyOptions{Requester: "eve", Digest: "d1", At: start}

func in(id string, groups ...string) policy.Actor {
	return policy.Actor{ID: id, Groups: groups, Auth: "test"}
}

func member(id string) policy.Actor { return in(id, "staff", "finance") }

func yes(id string) policy.Vote { return policy.Vote{Actor: member(id), Choice: policy.ChoiceApprove} }
func no(id string) policy.Vote  { return policy.Vote{Actor: member(id), Choice: policy.ChoiceReject} }
func ask(id string) policy.Vote {
	return policy.Vote{Actor: member(id), Choice: policy.ChoiceRequestChanges}
}

// yesOf is an approval of an actor in exactly these groups.
func yesOf(id string, groups ...string) policy.Vote {
	return policy.Vote{Actor: in(id, groups...), Choice: policy.ChoiceApprove}
}

// yesFor is the approval of a delegate, who is in no group.
func yesFor(owner, id string) policy.Vote {
	return policy.Vote{Actor: in(id), Choice: policy.ChoiceApprove, For: owner}
}

func round(n int, v policy.Vote) policy.Vote {
	v.Round = n
	return v
}

func users(ids ...string) policy.Selector  { return policy.Selector{Users: ids} }
func groups(ids ...string) policy.Selector { return policy.Selector{Groups: ids} }

func need(n int, from policy.Selector) policy.Rule { return policy.Rule{Need: n, From: from} }

func rules(r ...policy.Rule) policy.Policy { return policy.Stages(policy.Stage{Rules: r}) }

// A step is something that happens to a gate.
type step func(*policy.Tally) error

func cast(votes ...policy.Vote) step {
	return func(t *policy.Tally) error {
		for _, v := range votes {
			if _, err := t.Apply(v, start); err != nil {
				return err
			}
		}
		return nil
	}
}

// refused says that a step is refused, and changes nothing but the audit.
func refused(reason policy.Reason, s step) step {
	return func(t *policy.Tally) error {
		before := t.Snapshot()
		err := s(t)
		var refusal *policy.Refusal
		switch {
		case !errors.As(err, &refusal):
			return fmt.Errorf("not refused, but %v", err) //nolint:errorlint // may be nil
		case refusal.Reason != reason:
			return fmt.Errorf("%w: %w", refusal.Reason, err)
		}
		after := t.Snapshot()
		if !equal(before, after) {
			return fmt.Errorf("a refusal has changed %+v to %+v", before, after)
		}
		return nil
	}
}

func equal(a, b policy.Snapshot) bool { return reflect.DeepEqual(a, b) }

func delegate(by, to string) step {
	return func(t *policy.Tally) error { return t.Delegate(member(by), to, start) }
}

func delegateOf(by policy.Actor, to string) step {
	return func(t *policy.Tally) error { return t.Delegate(by, to, start) }
}

func resubmit(by, digest string) step {
	return func(t *policy.Tally) error { return t.Resubmit(by, digest, start) }
}

func withdraw(by string) step {
	return func(t *policy.Tally) error { return t.Withdraw(by, start) }
}

func reassign(e policy.Escalation) step {
	return func(t *policy.Tally) error { return t.Reassign(in("boss"), e, "", start) }
}

func expire(t *policy.Tally) error {
	t.Expire(start)
	return nil
}

func cancel(t *policy.Tally) error {
	t.Cancel(start)
	return nil
}

func escalate(t *policy.Tally) error {
	if _, ok := t.Escalate(start); !ok {
		return errors.New("there is no step left")
	}
	return nil
}

func noStep(t *policy.Tally) error {
	if _, ok := t.Escalate(start); ok {
		return errors.New("there was a step")
	}
	return nil
}

func is(want policy.State) step {
	return func(t *policy.Tally) error {
		if t.State() != want {
			return fmt.Errorf("it is %s and not %s", t.State(), want)
		}
		return nil
	}
}

func missing(want int) step {
	return func(t *policy.Tally) error {
		if t.Missing() != want {
			return fmt.Errorf("%d approvals are missing and not %d", t.Missing(), want)
		}
		return nil
	}
}

func why(want string) step {
	return func(t *policy.Tally) error {
		if t.Explanation() != want {
			return fmt.Errorf("it is so because %q and not %q", t.Explanation(), want)
		}
		return nil
	}
}

// A script is a policy and what happens to its gate.
type script struct {
	policy policy.Policy
	roster policy.GroupMembers
	steps  []step
	want   policy.State
}

func (s script) run(t require.TestingT) *policy.Tally {
	o := eve
	o.GroupMembers = s.roster
	tally, err := policy.NewTally(s.policy, o)
	require.NoError(t, err)
	for i, step := range s.steps {
		require.NoErrorf(t, step(tally), "step %d", i+1)
	}
	require.Equal(t, s.want, tally.State())
	require.NoError(t, tally.Audit().Verify())
	return tally
}

func play(t require.TestingT, p policy.Policy, steps ...step) *policy.Tally {
	tally, err := policy.NewTally(p, eve)
	require.NoError(t, err)
	for i, step := range steps {
		require.NoErrorf(t, step(tally), "step %d", i+1)
	}
	return tally
}
