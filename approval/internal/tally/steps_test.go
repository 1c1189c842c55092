package tally_test

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A step is something that happens to a gate.
type step func(*tally.Tally) error

func cast(votes ...tally.Vote) step {
	return func(t *tally.Tally) error {
		for _, v := range votes {
			if _, err := t.Apply(v, start); err != nil {
				return err
			}
		}
		return nil
	}
}

// refused says that a step is refused, and changes nothing but the audit.
func refused(reason tally.Reason, s step) step {
	return func(t *tally.Tally) error {
		before := t.Snapshot()
		err := s(t)
		var refusal *tally.Refusal
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

func equal(a, b tally.Snapshot) bool { return reflect.DeepEqual(a, b) }

func delegate(by, to string) step {
	return func(t *tally.Tally) error { return t.Delegate(member(by), to, start) }
}

func delegateOf(by policy.Actor, to string) step {
	return func(t *tally.Tally) error { return t.Delegate(by, to, start) }
}

func resubmit(by, digest string) step {
	return func(t *tally.Tally) error { return t.Resubmit(by, digest, start) }
}

func withdraw(by string) step {
	return func(t *tally.Tally) error { return t.Withdraw(by, start) }
}

func reassign(e policy.Escalation) step {
	return func(t *tally.Tally) error { return t.Reassign(in("boss"), e, "", start) }
}

func expire(t *tally.Tally) error {
	t.Expire(start)
	return nil
}

func cancel(t *tally.Tally) error {
	t.Cancel(start)
	return nil
}

func escalate(t *tally.Tally) error {
	if _, ok := t.Escalate(start); !ok {
		return errors.New("there is no step left")
	}
	return nil
}

func noStep(t *tally.Tally) error {
	if _, ok := t.Escalate(start); ok {
		return errors.New("there was a step")
	}
	return nil
}

func is(want policy.State) step {
	return func(t *tally.Tally) error {
		if t.State() != want {
			return fmt.Errorf("it is %s and not %s", t.State(), want)
		}
		return nil
	}
}

func missing(want int) step {
	return func(t *tally.Tally) error {
		if t.Missing() != want {
			return fmt.Errorf("%d approvals are missing and not %d", t.Missing(), want)
		}
		return nil
	}
}

func why(want string) step {
	return func(t *tally.Tally) error {
		if t.Explanation() != want {
			return fmt.Errorf("it is so because %q and not %q", t.Explanation(), want)
		}
		return nil
	}
}
