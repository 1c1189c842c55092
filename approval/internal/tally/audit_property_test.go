package tally_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An audit verifies exactly if it is what it was, and a snapshot is restored exactly
// then: what was changed is never sealed.
func TestAuditVerifiesExactlyIfUntouched(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gate := drive(t, func(gate *tally.Tally, op operation) { op(gate) })
		if gate == nil {
			return
		}
		for i := range rapid.SampledFrom([]int{0, 0, 3, 600}).Draw(t, "notes") {
			gate.AppendAudit("reminded", "", fmt.Sprint(i%2), start) // alike, but for their number
		}
		s := gate.Snapshot()
		whole := copyOf(s.Audit)
		for range rapid.IntRange(0, 3).Draw(t, "times") {
			s.Audit = tampered(t, s.Audit)
		}
		untouched := reflect.DeepEqual(whole, copyOf(s.Audit))
		require.Equal(t, untouched, s.Audit.Verify() == nil, "%v", s.Audit.Verify())
		restored, err := tally.Restore(s)
		require.Equal(t, untouched, err == nil, "%v", err)
		if untouched {
			require.Equal(t, whole, restored.Audit())
		}
		data, err := json.Marshal(s.Audit)
		require.NoError(t, err)
		var back policy.Audit
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, untouched, back.Verify() == nil, "as JSON")
	})
}

func copyOf(a policy.Audit) policy.Audit {
	a.Entries = append([]policy.AuditEntry{}, a.Entries...)
	return a
}

// tampered is an audit to which something was done, or nothing.
func tampered(t *rapid.T, a policy.Audit) policy.Audit {
	a = copyOf(a)
	n := len(a.Entries)
	if n == 0 {
		return a
	}
	i, j := rapid.IntRange(0, n-1).Draw(t, "i"), rapid.IntRange(0, n-1).Draw(t, "j")
	e := &a.Entries[i]
	switch rapid.SampledFrom([]string{"head", "behead", "tail", "swap", "copy", "edit", "number", "hash", "base", "end", "move"}).Draw(t,
		"how") {
	case "head":
		a.Entries = a.Entries[i:]
	case "behead": // and say that they were dropped
		if i > 0 {
			a.Base, a.Entries = a.Entries[i-1].Hash, a.Entries[i:]
		}
	case "tail":
		a.Entries = a.Entries[:i]
	case "swap":
		a.Entries[i], a.Entries[j] = a.Entries[j], a.Entries[i]
	case "copy":
		a.Entries = slices.Insert(a.Entries, j, *e)
	case "edit":
		for _, text := range []*string{&e.Actor, &e.For, &e.Note, (*string)(&e.Kind)} {
			if rapid.Bool().Draw(t, "text") {
				*text = rapid.SampledFrom([]string{"", "a0", "a1", "vote", "d1"}).Draw(t, "new")
			}
		}
	case "number":
		e.Number += rapid.IntRange(-1, 1).Draw(t, "number")
	case "hash":
		e.Hash = a.Entries[j].Hash
	case "base":
		a.Base = rapid.SampledFrom([]string{"", a.Base, e.Hash}).Draw(t, "base")
	case "end":
		a.Head = rapid.SampledFrom([]string{"", a.Head}).Draw(t, "end")
	case "move":
		e.Stage, e.Round = e.Stage+rapid.IntRange(0, 1).Draw(t, "stage"), e.Round-rapid.IntRange(0, 1).Draw(t, "round")
	}
	return a
}

// What one tally hands on, the next one goes on with, in each place, and a copy goes
// on alone.
func TestSnapshotsAndClonesGoOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gate := drive(t, func(gate *tally.Tally, op operation) {
			before := text(t, gate.Snapshot())
			clone, carried := gate.Clone(), again(t, gate.Snapshot())
			said := op(clone)
			require.Equal(t, before, text(t, gate.Snapshot()), "a copy shares nothing")
			require.Equal(t, said, op(carried))
			require.Equal(t, said, op(gate))
			want := text(t, gate.Snapshot())
			require.Equal(t, want, text(t, clone.Snapshot()))
			require.Equal(t, want, text(t, carried.Snapshot()))
			require.Equal(t, gate.PendingApprovers(), carried.PendingApprovers())
			require.Equal(t, []int{gate.Need(), gate.Missing()}, []int{carried.Need(), carried.Missing()})
		})
		if gate != nil {
			require.NoError(t, gate.Audit().Verify())
		}
	})
}
