package policy

import "slices"

// A bar is why a person may not decide.
type bar int

const (
	asks      bar = iota + 1 // the requester
	barred                   // by the policy
	hasBefore                // has approved an earlier stage: may reject, not approve
)

// bars are the persons who may not decide, by fold.
func (t *Tally) bars() map[string]bar {
	if t.out != nil {
		return t.out
	}
	t.out = map[string]bar{}
	p := t.s.Policy
	for _, c := range t.s.Past {
		if c.Round == t.s.Round && c.Choice == ChoiceApprove && !p.AllowRepeat {
			t.out[fold(c.Person)], t.out[fold(c.Actor.ID)] = hasBefore, hasBefore
		}
	}
	for _, id := range p.Excluded {
		t.out[fold(id)] = barred
	}
	if t.s.Requester != "" && !p.AllowRequester {
		t.out[fold(t.s.Requester)] = asks
	}
	return t.out
}

// barred refuses who may not decide at all.
func (t *Tally) barred(id string) error {
	switch t.bars()[fold(id)] {
	case asks:
		return refuse(ReasonSelfApproval,
			"the requester cannot decide on a request of their own; ask another of those who may: %s", t.stage().who())
	case barred:
		return refuse(ReasonNotEligible, "the actor is barred from this decision; ask another of those who may: %s", t.stage().who())
	}
	return nil
}

// mayApprove reports whether nothing bars a person from approving, if a rule
// takes them.
func (t *Tally) mayApprove(id string) bool { return t.bars()[fold(id)] == 0 }

// hasApproved refuses an approval of who has approved an earlier stage.
func (t *Tally) hasApproved(c CountedVote) error {
	if c.Choice != ChoiceApprove || t.edits(c.Vote) {
		return nil
	}
	for _, id := range []string{c.Person, c.Actor.ID} {
		if t.bars()[fold(id)] == hasBefore {
			return refuse(ReasonAlreadyVoted,
				"the actor has approved an earlier stage, and each stage needs other people; ask another of those who may: %s", t.stage().who())
		}
	}
	return nil
}

// MayChange reports, as a [Refusal], why an actor has no power over who decides or
// until when, though a manager of the request: the requester, who is barred, and
// who is excepted by the rule of that name, or, when it is empty, by any rule of
// the stage, do not decide by changing the gate either.
func (t *Tally) MayChange(by Actor, rule string) error {
	if err := by.Validate(); err != nil {
		return err
	}
	by.ID = t.spelled(by.ID)
	if err := t.barred(by.ID); err != nil {
		return err
	}
	excepts := t.electorate().excepts(by.ID)
	for i, r := range t.stage().Rules {
		if excepts.has(i) && (rule == "" || rule == r.Name) {
			return refuse(ReasonNotEligible,
				"the actor is excepted by a rule of the stage, and cannot change who decides or until when; ask a manager who is not")
		}
	}
	return nil
}

// spend counts one more change of an actor, or refuses it: without a limit one
// could fill the gate, or its audit, for all.
func (t *Tally) spend(actor string) error {
	if err := t.maySpend(actor); err != nil {
		return err
	}
	if i := t.spender(actor); i >= 0 {
		t.s.Spent[i].Changes++
		return nil
	}
	t.s.Spent = append(t.s.Spent, Spent{Actor: actor, Changes: 1})
	return nil
}

func (t *Tally) maySpend(actor string) error {
	if i := t.spender(actor); i >= 0 && t.s.Spent[i].Changes >= MaxChanges {
		return refuse(ReasonFull, "the actor has made %d changes to this gate, which is the limit; leave it as it is, or ask another", MaxChanges)
	}
	return nil
}

func (t *Tally) spender(actor string) int {
	return slices.IndexFunc(t.s.Spent, func(s Spent) bool { return same(s.Actor, actor) })
}
