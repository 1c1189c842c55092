package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// chain returns an audit of entries with their hashes.
func chain(kinds ...policy.AuditKind) policy.Audit {
	var a policy.Audit
	for i, kind := range kinds {
		e := policy.AuditEntry{Number: i + 1, At: time.Unix(int64(i), 0), Kind: kind, Actor: "ann", Round: 1}
		e.Hash = e.HashAfter(a.Head)
		a.Entries, a.Head = append(a.Entries, e), e.Hash
	}
	return a
}

func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	require.NoError(t, chain(policy.AuditOpened, policy.AuditVote).Verify())
	for name, c := range map[string]struct {
		change func(a *policy.Audit)
		want   string
	}{
		"no entry": {change: func(a *policy.Audit) { a.Entries = nil }, want: "the audit has no entry"},
		"a changed entry": {change: func(a *policy.Audit) { a.Entries[1].Actor = "bob" }, want: "entry 2 of the audit does not follow " +
			"the one before it"},
		"a moved text": {
			change: func(a *policy.Audit) { a.Entries[1].Actor, a.Entries[1].For = "an", "n" },
			want:   "entry 2 of the audit does not follow the one before it",
		},
		"a missing entry": {
			change: func(a *policy.Audit) { a.Entries = append(a.Entries[:1], a.Entries[2:]...) },
			want:   "entry 3 of the audit is in the place of entry 2",
		},
		"a missing beginning": {change: func(a *policy.Audit) { a.Entries = a.Entries[1:] }, want: "starts with entry 2, so earlier ones " +
			"are missing"},
		"a missing end": {change: func(a *policy.Audit) { a.Entries = a.Entries[:2] }, want: "the audit ends with entry 2, which is " +
			"not its head"},
		"a base of no entry": {change: func(a *policy.Audit) { a.Base = "x" }, want: "starts with entry 1, so earlier ones are missing"},
		"another first kind": {change: func(a *policy.Audit) { *a = chain(policy.AuditVote) }, want: "starts with entry 1, so earlier ones " +
			"are missing"},
		"a number below 1": {change: func(a *policy.Audit) { a.Entries[0].Number = 0 }, want: "starts with entry 0, so earlier ones are " +
			"missing"},
		"more than a gate has": {
			change: func(a *policy.Audit) { a.Entries = make([]policy.AuditEntry, policy.MaxAuditEntries+1) },
			want:   "the audit has 501 entries, and a gate keeps 500",
		},
	} {
		a := chain(policy.AuditOpened, policy.AuditVote, policy.AuditKind(policy.StateApproved))
		c.change(&a)
		require.ErrorContains(t, a.Verify(), c.want, name)
		require.ErrorContains(t, a.Verify(), "; compare it with an earlier copy", name)
	}
}
