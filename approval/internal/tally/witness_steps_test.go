package tally_test

import (
	"maps"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// step does one thing, and looks at what has come of it.
func (w *witness) step() {
	t, gate := w.t, w.gate
	round, stage := gate.Round(), gate.Stage()
	w.rules = gate.Current().Rules
	byTimeout := false
	switch rapid.SampledFrom([]string{
		"vote", "vote", "vote", "vote", "vote", "delegate", "reassign", "escalate", "expire", "move",
		"again",
	}).Draw(t, "what") {
	case "vote":
		w.vote()
	case "delegate":
		by, to := in(w.person(), some(t, "claims", "finance", "hr")...), rapid.SampledFrom([]string{"", w.person(), w.person()}).Draw(t, "to")
		if gate.Delegate(by, to, start) == nil {
			require.False(t, w.out(by.ID) || w.out(to))
			if w.delegated[lower(by.ID)] = to; to == "" {
				delete(w.delegated, lower(by.ID))
			}
			w.claims[lower(by.ID)] = by.Groups
		}
	case "reassign":
		by, e := in(w.person()), policy.Escalation{To: selector(t, "hr", "finance"), Replace: rapid.Bool().Draw(t, "replace")}
		if gate.Reassign(by, e, "", start) == nil {
			w.changed(by.ID)
			w.recount(stage)
		}
	case "escalate":
		if _, ok := gate.Escalate(start); ok {
			w.recount(stage)
		}
	case "expire":
		byTimeout = true
		gate.Expire(start)
	case "move":
		if by := in(w.person()); gate.Move(by, time.Hour, "", start) == nil {
			w.changed(by.ID)
		}
	case "again":
		_ = gate.Resubmit(rapid.SampledFrom([]string{"a0", "A0", "a1"}).Draw(t, "by"), "d3", start)
	}
	ended := gate.Stage() != stage || gate.State() == policy.StateApproved
	if gate.Round() != round {
		w.votes, w.before = map[string]*ballot{}, set{}
		return
	}
	if ended && !byTimeout {
		w.settled()
	} else if ended {
		w.note()
	}
	if gate.Stage() != stage {
		w.votes = map[string]*ballot{}
	}
}

// note remembers who has approved a stage that a timeout has ended.
func (w *witness) note() {
	for person, b := range w.votes {
		if b.choice == policy.ChoiceApprove {
			w.before[person], w.before[b.actor] = true, true
		}
	}
}

// changed checks that who has changed the gate had a say.
func (w *witness) changed(by string) {
	require.False(w.t, w.out(by), "%s changes who decides, or until when", by)
	for _, r := range w.rules {
		for _, id := range r.From.Except {
			require.NotEqual(w.t, lower(id), lower(by), "whom a rule excepts changes it")
		}
	}
}

func (w *witness) person() string {
	return spelled(w.t, rapid.SampledFrom(universe).Draw(w.t, "who"))
}

func (w *witness) vote() {
	v := aVote(w.t, w.gate.Round())
	v.Edited, v.Actor.ID = "", spelled(w.t, v.Actor.ID)
	hands, groups := []string{v.Actor.ID}, v.Actor.Groups
	if rapid.Bool().Draw(w.t, "forAnother") {
		v.For = w.person()
	}
	if _, err := w.gate.Apply(v, start); err != nil {
		return
	}
	require.NoError(w.t, policy.CheckName(v.Actor.ID))
	if v.For != "" {
		hands = w.hands(v.For, v.Actor.ID)
		groups = w.claims[lower(v.For)]
	}
	counts := w.may(hands[0], groups, hands...)
	if w.p.FoldCase {
		maps.Copy(counts, w.may(lower(hands[0]), groups, hands...))
	}
	w.voted(v, counts, hands)
}

// recount adds what votes count for once others decide.
func (w *witness) recount(stage int) {
	w.rules = w.gate.Policy().Stages[stage].Rules
	for person, b := range w.votes {
		groups, hands := b.groups, []string{person}
		if b.actor != person {
			groups, hands = w.claims[person], append(hands, b.actor)
		}
		for _, name := range []string{person, upper(person)} {
			for i := range w.may(name, groups, hands...) {
				b.counts[i] = true
			}
		}
	}
}
