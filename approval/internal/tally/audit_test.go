package tally_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// busy is a gate to which everything has happened.
func busy(t require.TestingT) *tally.Tally {
	p := ladder(rules(named("x", need(1, groups("finance"))), named("y", need(1, groups("mgr")))), add(users("zoe"), "y"))
	p.MaxRounds, p.AllowDelegation, p.Stages[0].OnTimeout = 3, true, policy.RejectOnTimeout
	rejection := no("ann")
	rejection.Comment, rejection.Reason = "too dear", "price"
	gate := play(t, p, cast(rejection, ask("bob")), resubmit("eve", "d2"), delegateOf(in("max", "mgr"), "dan"), escalate,
		reassign(add(users("tom"), "y")), cast(round(2, yesFor("max", "dan"))))
	gate.AppendAudit("reminded", "", "24h", start)
	require.NoError(t, expire(gate))
	return gate
}

func TestAudit(t *testing.T) {
	t.Parallel()
	a := busy(t).Audit()
	require.NoError(t, a.Verify())
	var got []string
	for i, e := range a.Entries {
		require.Equal(t, i+1, e.Number)
		require.Equal(t, start, e.At)
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d/%d %s %s %s %s %s", e.Round, e.Stage, e.Kind, e.Actor, e.For, e.Choice, e.Note)))
	}
	require.Equal(t, []string{
		"1/0 opened eve   d1",
		"1/0 vote ann  reject price: too dear",
		"1/0 vote bob  request-changes",
		"2/0 round    d2",
		"2/0 delegated max dan",
		"2/0 escalated    y: also users (1) zoe",
		"2/0 reassigned boss   y: also users (1) tom",
		"2/0 vote dan max approve",
		"2/0 reminded    24h",
		"2/0 deadline",
		"2/0 rejected    no decision before the deadline",
	}, got)
}

// Whatever is done to the audit is found.
func TestAuditShowsChanges(t *testing.T) {
	t.Parallel()
	whole := busy(t).Audit()
	changes := map[string]func(e *policy.AuditEntry){
		"number": func(e *policy.AuditEntry) { e.Number++ },
		"time":   func(e *policy.AuditEntry) { e.At = e.At.Add(time.Nanosecond) },
		"kind":   func(e *policy.AuditEntry) { e.Kind += "x" },
		"actor":  func(e *policy.AuditEntry) { e.Actor += "x" },
		"for":    func(e *policy.AuditEntry) { e.For += "x" },
		"choice": func(e *policy.AuditEntry) { e.Choice += "x" },
		"round":  func(e *policy.AuditEntry) { e.Round++ },
		"stage":  func(e *policy.AuditEntry) { e.Stage++ },
		"note":   func(e *policy.AuditEntry) { e.Note += "x" },
		"hash":   func(e *policy.AuditEntry) { e.Hash = "x" + e.Hash[1:] },
		"fields": func(e *policy.AuditEntry) { e.Kind, e.Actor = policy.AuditKind(string(e.Kind)+e.Actor+"x"), "" }, // the same text, moved
	}
	found := func(what string, i int, entries []policy.AuditEntry) {
		require.ErrorContains(t, policy.Audit{Base: whole.Base, Entries: entries, Head: whole.Head}.Verify(),
			"; compare it with an earlier copy", "%s of entry %d", what, i)
	}
	for i := range whole.Entries {
		for what, change := range changes {
			entries := slices.Clone(whole.Entries)
			change(&entries[i])
			found(what, i, entries)
		}
		found("loss", i, slices.Delete(slices.Clone(whole.Entries), i, i+1))
		found("the end", i, whole.Entries[:i])
		found("the beginning", i, whole.Entries[i+1:])
		for j := range i {
			entries := slices.Clone(whole.Entries)
			entries[i], entries[j] = entries[j], entries[i]
			found("swap", i, entries)
		}
		found("a copy", i, slices.Insert(slices.Clone(whole.Entries), i, whole.Entries[i]))
	}
	require.Error(t, policy.Audit{Base: "x", Entries: whole.Entries, Head: whole.Head}.Verify())
	require.Error(t, policy.Audit{Entries: whole.Entries}.Verify())
	require.Error(t, policy.Audit{}.Verify(), "a gate has been opened at least")
}

// Other programs can compute the documented hash. Verify finds a missing number even if
// all hashes were computed again.
func TestAuditHash(t *testing.T) {
	t.Parallel()
	hash := func(before string, e policy.AuditEntry) string {
		var text string
		for _, part := range []string{
			before, strconv.Itoa(e.Number), e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.Actor, e.For, string(e.Choice),
			strconv.Itoa(e.Round), strconv.Itoa(e.Stage), e.Note,
		} {
			text += fmt.Sprintf("%d:%s", len(part), part)
		}
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	a := busy(t).Audit()
	before := ""
	for _, e := range a.Entries {
		require.Equal(t, hash(before, e), e.Hash)
		before = e.Hash
	}
	less := append(slices.Clone(a.Entries[:2]), a.Entries[3])
	less[2].Hash = hash(less[1].Hash, less[2])
	require.ErrorContains(t, policy.Audit{Entries: less, Head: less[2].Hash}.Verify(), "entry 4 of the audit is in the place of entry 3; ")
}

// More than 500 entries are cut in front, and the chain holds, over snapshots too.
func TestAuditIsBounded(t *testing.T) {
	t.Parallel()
	gate := play(t, policy.Quorum(2, "finance"))
	for i := range 1200 {
		gate.AppendAudit("reminded", "", strconv.Itoa(i), start)
		if i%300 == 0 {
			data, err := json.Marshal(gate.Snapshot())
			require.NoError(t, err)
			var s tally.Snapshot
			require.NoError(t, json.Unmarshal(data, &s))
			gate, err = tally.Restore(s)
			require.NoError(t, err)
		}
	}
	require.NoError(t, cast(yes("ann"))(gate))
	a := gate.Audit()
	require.NoError(t, a.Verify())
	require.Len(t, a.Entries, 500)
	require.Equal(t, 1202, a.Entries[499].Number)
	require.NotEmpty(t, a.Base)
	require.Error(t, policy.Audit{Entries: a.Entries, Head: a.Head}.Verify(), "what was dropped is missed")
	require.Error(t, policy.Audit{Base: a.Base, Entries: a.Entries[1:], Head: a.Head}.Verify())
	cut := policy.Audit{Base: a.Entries[0].Hash, Entries: a.Entries[1:], Head: a.Head}
	require.ErrorContains(t, cut.Verify(), "the audit has 499 entries and starts with entry 704, so earlier ones are missing")
}

// JSON changes no hash: neither what is no UTF-8 nor a time zone.
func TestAuditAsJSON(t *testing.T) {
	t.Parallel()
	gate := play(t, policy.Quorum(2, "finance"))
	gate.AppendAudit("no\xff text", "", "half of a rune \xe2\x82", start.In(time.FixedZone("CET", 3600)))
	gate.AppendAudit("long", "", strings.Repeat("é", 400), start)
	v := yes("ann")
	v.Comment = strings.Repeat("€", 1000)
	require.NoError(t, cast(v)(gate))
	entries := gate.Audit().Entries
	require.Equal(t, strings.Repeat("é", 250)+"…", entries[2].Note)
	require.Equal(t, strings.Repeat("€", 166)+"…", entries[3].Note, "at a whole character")
	data, err := json.Marshal(gate.Audit())
	require.NoError(t, err)
	var back policy.Audit
	require.NoError(t, json.Unmarshal(data, &back))
	require.NoError(t, back.Verify())
}
