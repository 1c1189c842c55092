// Package tally counts votes on a gate by the rules of a policy. A [Tally] is a state
// machine without a clock: its owner reports votes, deadlines and escalations, with
// their times. The same calls in the same order give the same result.
package tally

import (
	"fmt"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Options holds the facts that a gate is opened with.
type Options struct {
	// Requester names the actor who makes the request.
	Requester string
	// GroupMembers has the members of groups, where they are known. The tally does not copy
	// it: do not change it later.
	GroupMembers policy.GroupMembers
	// Managers may change the request. Only their names are checked.
	Managers policy.Selector
	// Digest identifies the subject, so that a vote on another subject is refused.
	// Empty identifies nothing.
	Digest string
	// At says when the gate was opened.
	At time.Time
}

// Lint returns the options for [policy.Lint].
func (o Options) Lint() policy.LintOptions {
	return policy.LintOptions{Requester: o.Requester, GroupMembers: o.GroupMembers, Managers: o.Managers}
}

// A Tally counts the votes on one gate. Its methods change the gate; those of its view
// read it.
type Tally struct{ view }

// New returns the tally of a request, or what is wrong with it; see [policy.Lint].
func New(p policy.Policy, o Options) (*Tally, error) {
	if o.Digest != "" && !names.IsText(o.Digest) {
		return nil, fmt.Errorf("policy: the digest has %d bytes; give at most %d bytes of UTF-8", len(o.Digest), policy.MaxNameBytes)
	}
	if err := policy.Lint(p, o.Lint()); err != nil {
		return nil, err
	}
	return Reopen(p, o), nil
}

// Reopen returns the tally of a gate that was opened before with this policy. It does
// not check the policy: one that was valid when the gate was opened stays valid.
func Reopen(p policy.Policy, o Options) *Tally {
	t := &Tally{view{s: Snapshot{
		V: snapshotVersion, Policy: p.Normalized(), Requester: o.Requester, GroupMembers: o.GroupMembers,
		State: policy.StateOpen, Round: 1, Digest: o.Digest,
	}}}
	if p.FoldCase {
		t.s.Requester, t.s.GroupMembers = names.Fold(o.Requester), o.GroupMembers.Folded()
	}
	t.appendEntry(policy.AuditEntry{At: o.At, Kind: policy.AuditOpened, Actor: t.s.Requester, Note: o.Digest})
	if auto := p.AutoApprove; auto != "" {
		t.close(policy.StateApproved, auto, o.At)
	}
	return t
}

// AppendAudit adds an entry that does not change the gate, such as a reminder.
func (t *Tally) AppendAudit(kind policy.AuditKind, actor, note string, at time.Time) {
	t.appendEntry(policy.AuditEntry{At: at, Kind: kind, Actor: actor, Note: note})
}

// appendEntry adds an entry without its hash, which a reader computes.
func (t *Tally) appendEntry(e policy.AuditEntry) {
	a := &t.s.Audit
	e.Number = 1
	if n := len(a.Entries); n > 0 {
		e.Number = a.Entries[n-1].Number + 1
	}
	e.Round, e.Stage = t.s.Round, t.s.Stage
	// JSON has no invalid UTF-8, so the hash must not cover any.
	e.Kind = policy.AuditKind(valid(string(e.Kind)))
	e.Actor, e.For, e.Note = valid(e.Actor), valid(e.For), valid(truncate(e.Note, maxNoteBytes))
	a.Entries = append(a.Entries, e)
	if len(a.Entries) > policy.MaxAuditEntries {
		a.Base = a.Entries[0].HashAfter(a.Base)
		a.Entries = a.Entries[1:]
	}
}

// Snapshot returns the tally as data. It shares nothing that changes with t.
func (t *Tally) Snapshot() Snapshot {
	s := t.Clone().s
	s.Audit = withHashes(s.Audit)
	return s
}

// Clone returns a copy, such as one for a change that may be refused. It shares nothing
// that changes with t. It costs less than [Restore] of a [Tally.Snapshot].
func (t *Tally) Clone() *Tally {
	c := *t
	c.s.Policy = c.s.Policy.Normalized()
	c.s.Votes, c.s.Past = cloneVotes(c.s.Votes), cloneVotes(c.s.Past)
	c.s.Delegations, c.s.Spent = slices.Clone(c.s.Delegations), slices.Clone(c.s.Spent)
	c.s.Audit.Entries = slices.Clone(c.s.Audit.Entries)
	c.rulesChanged()
	return &c
}
