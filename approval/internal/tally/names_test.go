package tally_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// badNames are names that look like another, or that cannot be seen, with what is
// said of them.
func badNames() map[string]string {
	return map[string]string{
		"":                   "has 0 bytes; write 1 to 200 bytes of UTF-8",
		tooLong:              "has 201 bytes; write 1 to 200 bytes of UTF-8",
		"ann\xff":            "has 4 bytes; write 1 to 200 bytes of UTF-8",
		" ann":               "of 4 bytes starts or ends with space; remove the space",
		"ann ":               "of 4 bytes starts or ends with space; remove the space",
		"ann\n":              "of 4 bytes starts or ends with space; remove the space",
		"ann\u00a0":          "of 5 bytes starts or ends with space; remove the space",
		"\u3000ann":          "of 6 bytes starts or ends with space; remove the space",
		"ann\u2028":          "of 6 bytes starts or ends with space; remove the space",
		"ann\u0085":          "of 5 bytes starts or ends with space; remove the space",
		"ann\u00a0lee":       "of 8 bytes contains U+00A0, which is invisible or looks like another character; remove it",
		"ann\tlee":           "of 7 bytes contains U+0009, which is invisible or looks like another character; remove it",
		"a\x00nn":            "of 4 bytes contains U+0000, which is invisible or looks like another character; remove it",
		"ann\u200b":          "of 6 bytes contains U+200B, which is invisible or looks like another character; remove it",
		"\ufeffann":          "of 6 bytes contains U+FEFF, which is invisible or looks like another character; remove it",
		"a\u00adnn":          "of 5 bytes contains U+00AD, which is invisible or looks like another character; remove it",
		"a\u202enn":          "of 6 bytes contains U+202E, which is invisible or looks like another character; remove it",
		"ann\ufe0f":          "of 6 bytes contains U+FE0F, which is invisible or looks like another character; remove it",
		"\u3164":             "of 3 bytes contains U+3164, which is invisible or looks like another character; remove it",
		"\u2800":             "of 3 bytes contains U+2800, which is invisible or looks like another character; remove it",
		"ann\U000e0041":      "of 7 bytes contains U+E0041, which is invisible or looks like another character; remove it",
		"ann\ufffd":          "of 6 bytes contains U+FFFD, which is invisible or looks like another character; remove it",
		"Rene\u0301":         "of 6 bytes is not in Unicode normalization form NFC; normalize it at its source",
		"\u212bngstr\u00f6m": "of 11 bytes is not in Unicode normalization form NFC; normalize it at its source",
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, want := range badNames() {
		err := policy.CheckName(name)
		require.EqualError(t, err, "policy: the name "+want, "%+q", name)
	}
	for _, name := range []string{
		"ann", "a", strings.Repeat("x", policy.MaxNameBytes), "ann lee", "ann@example.com", "auth0|5f7c8ec7", "CN=Ann Lee,O=Shop", "Ren\u00e9", "\u00c5ngstr\u00f6m",
		"Ọlá Ẹ̀kọ́", "ทุ่งนา", "தமிழ்", "বাংলা", "हिन्दी", "Đỗ Thị Hồng", "Ελένη", "Юрий", "משה", "محمد", "김민준", "山田太郎", "がんばる", "Łódź", "🦊",
	} {
		require.NoError(t, policy.CheckName(name), "%+q", name)
	}
}

// A name in another normalization form, or with its marks in another order, looks the
// same and has other bytes. Only one of them is a name.
func TestNamesAreInOneNormalForm(t *testing.T) {
	t.Parallel()
	for good, bad := range map[string][]string{
		"\u00e9":             {"e\u0301"},                                        // one mark
		"\u1ead":             {"\u1ea1\u0302", "\u00e2\u0323", "a\u0302\u0323"},  // two marks, in any order
		"\u1eb9\u0301":       {"\u00e9\u0323", "e\u0301\u0323", "e\u0323\u0301"}, // one that stays a mark
		"\ud55c":             {"\u1112\u1161\u11ab", "\ud558\u11ab"},             // Hangul
		"\u0e17\u0e38\u0e48": {"\u0e17\u0e48\u0e38"},                             // Thai: vowel, tone
		"\u05e9\u05bc\u05c1": {"\u05e9\u05c1\u05bc", "\ufb2c", "\ufb49\u05c1"},   // Hebrew points
		"\u1f84":             {"\u1f80\u0301", "\u1fb3\u0313\u0301"},             // Greek
		"\u0bca":             {"\u0bc6\u0bbe"},                                   // Tamil
		"\u0928\u094d":       {"\u0928\u0340\u094d"},                             // a character that is never used
		"\u304c":             {"\u304b\u3099"},                                   // kana
		"\u0622":             {"\u0627\u0653"},                                   // Arabic
		"\u0625\u0653":       {"\u0622\u0655", "\u0627\u0655\u0653"},             // likewise, two marks
		"\u0915\u093c":       {"\u0958"},                                         // what NFC takes apart
		"\u8c48":             {"\uf900", "\U0002f9d4"},                           // compatibility ideographs
		"\u1d15":             {"\u0344"},                                         // never in NFC
		"\u00ea\u0316":       {"\u0065\u0302\u0316"},                             // marks that do not join
	} {
		require.NoError(t, policy.CheckName(good), "%+q", good)
		for _, name := range bad {
			require.Error(t, policy.CheckName(name), "%+q", name)
		}
	}
}

// places are all places for a name: each returns what the gate says of it there.
func places() map[string]func(name string) error {
	open := func(p policy.Policy, change func(o *tally.Options)) error {
		o := tally.Options{Requester: "sam"}
		change(&o)
		_, err := tally.New(p, o)
		return err
	}
	plain := func(*tally.Options) {}
	from := func(s policy.Selector) error { return open(rules(need(1, s)), plain) }
	rung := func(s policy.Selector) error {
		return open(ladder(rules(need(1, groups("finance"))), add(s, "")), plain)
	}
	one := quorum(policy.Policy{AllowDelegation: true}, 1, "finance", 0)
	act := func(s step) error {
		gate, err := tally.New(one, tally.Options{Requester: "sam"})
		if err != nil {
			return err
		}
		return s(gate)
	}
	return map[string]func(name string) error{
		"group of a quorum": func(name string) error { return open(policy.Quorum(1, name), plain) },
		"users":             func(name string) error { return from(users("ann", name)) },
		"groups":            func(name string) error { return from(groups("finance", name)) },
		"except": func(name string) error {
			return from(policy.Selector{Groups: []string{"finance"}, Except: []string{name}})
		},
		"excluded": func(name string) error {
			return open(quorum(policy.Policy{Excluded: []string{name}}, 1, "finance", 0), plain)
		},
		"users of a step":  func(name string) error { return rung(users(name)) },
		"groups of a step": func(name string) error { return rung(groups(name)) },
		"except of a step": func(name string) error { return rung(policy.Selector{Users: []string{"ann"}, Except: []string{name}}) },
		"requester":        func(name string) error { return open(one, func(o *tally.Options) { o.Requester = name }) },
		"group of the roster": func(name string) error {
			return open(one, func(o *tally.Options) { o.GroupMembers = policy.GroupMembers{"hr": {"joe"}, name: {"ann"}} })
		},
		"member of the roster": func(name string) error {
			return open(one, func(o *tally.Options) { o.GroupMembers = policy.GroupMembers{"finance": {"ann", name}} })
		},
		"manager": func(name string) error {
			return open(one, func(o *tally.Options) { o.Managers = users(name) })
		},
		"group of managers": func(name string) error {
			return open(one, func(o *tally.Options) { o.Managers = groups(name) })
		},
		"excepted manager": func(name string) error {
			return open(one, func(o *tally.Options) {
				o.Managers = policy.Selector{Groups: []string{"ops"}, Except: []string{name}}
			})
		},
		"actor":             func(name string) error { return act(cast(yes(name))) },
		"group of an actor": func(name string) error { return act(cast(yesOf("ann", "finance", name))) },
		"how an actor is known": func(name string) error {
			return act(cast(tally.Vote{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: name}, Choice: policy.ChoiceApprove}))
		},
		"owner":      func(name string) error { return act(cast(yesFor(name, "dan"))) },
		"delegate":   func(name string) error { return act(delegate("ann", name)) },
		"delegating": func(name string) error { return act(delegate(name, "dan")) },
		"reassigned": func(name string) error { return act(reassign(add(users(name), ""))) },
		"who reassigns": func(name string) error {
			return act(func(t *tally.Tally) error { return t.Reassign(in(name), add(users("zoe"), ""), "", start) })
		},
		"who moves the deadline": func(name string) error {
			return act(func(t *tally.Tally) error { return t.Move(in(name), 1, "", start) })
		},
	}
}

// A name that no actor can have bars nobody, and nobody can fulfill it: wherever it
// stands, it is an error at once.
func TestNamesThatNoActorCanHave(t *testing.T) {
	t.Parallel()
	// Empty means none there, or has a text of its own.
	empty := map[string]bool{"requester": true, "owner": true, "delegate": true, "group of a quorum": true}
	for where, try := range places() {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for name, want := range badNames() {
				if name != "" || !empty[where] {
					require.ErrorContains(t, try(name), want, "%+q", name)
				}
			}
		})
	}
}
