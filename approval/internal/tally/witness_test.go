package tally_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A witness sees what is done to a gate and says, whenever a stage has approved,
// whether the people were there whom it needs. It does not count as the package
// does: it asks of each set of rules whether as many people have approved for one of
// them as they need together.
type witness struct {
	t         *rapid.T
	p         policy.Policy // as it was opened
	o         tally.Options
	gate      *tally.Tally
	delegated map[string]string
	claims    map[string][]string // of who has delegated
	votes     map[string]*ballot  // of this stage, by person
	before    set                 // people who have approved an earlier stage
	rules     []policy.Rule       // of this stage
}

type ballot struct {
	actor  string
	groups []string
	choice policy.Choice
	counts map[int]bool
}

func lower(name string) string { return strings.ToLower(name) }
func upper(name string) string { return strings.ToUpper(name) }

func newWitness(t *rapid.T, p policy.Policy, o tally.Options, gate *tally.Tally) *witness {
	return &witness{
		t: t, p: p, o: o, gate: gate, delegated: map[string]string{}, claims: map[string][]string{}, votes: map[string]*ballot{}, before: set{},
	}
}

// out says that a person has no say: requester and barred, in any case.
func (w *witness) out(id string) bool {
	is := func(other string) bool { return lower(other) == lower(id) }
	return is(w.o.Requester) && !w.p.AllowRequester || slices.ContainsFunc(w.p.Excluded, is)
}

// may says for which rules a person may decide, if all these people have a hand
// in it.
func (w *witness) may(id string, groups []string, hands ...string) map[int]bool {
	counts := map[int]bool{}
	is := func(a string) func(string) bool {
		return func(b string) bool { return a == b || w.p.FoldCase && lower(a) == lower(b) }
	}
	for i, r := range w.rules {
		ok := slices.ContainsFunc(r.From.Users, is(id))
		for _, g := range r.From.Groups {
			members, known := w.o.GroupMembers[g]
			ok = ok || known && slices.ContainsFunc(members, is(id)) || !known && slices.ContainsFunc(groups, is(g))
		}
		for _, hand := range append(hands, id) {
			ok = ok && !slices.ContainsFunc(r.From.Except, func(e string) bool { return lower(e) == lower(hand) })
		}
		if ok {
			counts[i] = true
		}
	}
	return counts
}

// hands are the people from an owner to the actor who decides for them.
func (w *witness) hands(owner, actor string) []string {
	all := []string{owner}
	for id := lower(owner); id != lower(actor); {
		next, ok := w.delegated[id]
		require.True(w.t, ok && len(all) < 5, "%s has not delegated to %s", owner, actor)
		all, id = append(all, next), lower(next)
	}
	return all
}

// voted notes a vote that was counted, and checks that its actor had a say.
func (w *witness) voted(v tally.Vote, counts map[int]bool, hands []string) {
	for _, id := range hands {
		require.False(w.t, w.out(id), "%s has a hand in it", id)
	}
	require.NotEmpty(w.t, counts, "%+v", v)
	person := lower(hands[0])
	if old := w.votes[person]; old != nil && old.choice == v.Choice {
		for i := range old.counts {
			counts[i] = true
		}
	}
	w.votes[person] = &ballot{actor: lower(v.Actor.ID), groups: v.Actor.Groups, choice: v.Choice, counts: counts}
}

// settled checks that a stage which has just approved had whom it needs.
func (w *witness) settled() {
	humans := set{}
	var counts []map[int]bool
	for person, b := range w.votes {
		if b.choice != policy.ChoiceApprove {
			continue
		}
		require.False(w.t, humans[person], "one person twice")
		counts = append(counts, b.counts)
		humans[person] = true
	}
	actors := set{}
	for _, b := range w.votes {
		require.False(w.t, actors[b.actor], "one actor twice")
		actors[b.actor] = true
		if b.choice == policy.ChoiceApprove {
			humans[b.actor] = true
		}
	}
	for id := range humans {
		require.True(w.t, w.p.AllowRepeat || !w.before[id], "%s has approved two stages", id)
		w.before[id] = true
	}
	for some := range 1 << len(w.rules) {
		need, have := 0, 0
		for i, r := range w.rules {
			if some&(1<<i) != 0 {
				need += max(r.Need, 1)
			}
		}
		for _, c := range counts {
			for i := range w.rules {
				if some&(1<<i) != 0 && c[i] {
					have++
					break
				}
			}
		}
		require.GreaterOrEqual(w.t, have, need, "rules %b", some)
	}
}

// spelled is a name as another person might write it.
func spelled(t *rapid.T, name string) string {
	return rapid.SampledFrom([]string{name, name, name, name, strings.ToUpper(name), name + " ", name + "\u200b"}).Draw(t, "spelled")
}

// No stage ever approves without the people whom it needs: each another one, each
// with a say, and none in two stages; whatever votes, delegations, escalations,
// changes and spellings come together.
func TestNoApprovalWithoutThePeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, o := aPolicy(t, 3, "finance", "hr"), anOpening(t)
		p.AllowDelegation, p.FoldCase, p.RequireCommentOn = rapid.Bool().Draw(t, "delegation"), rapid.Bool().Draw(t, "fold"), nil
		gate, err := tally.New(p, o)
		if err != nil {
			return
		}
		w := newWitness(t, p, o, gate)
		for range rapid.IntRange(0, 40).Draw(t, "steps") {
			w.step()
			if gate.State() == policy.StateApproved {
				return
			}
		}
	})
}
