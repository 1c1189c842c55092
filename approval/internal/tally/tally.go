// Package tally counts votes on a gate by the rules of a policy. A [Tally] is a state
// machine without a clock: its owner reports votes, deadlines and escalations, with
// their times. The same calls in the same order give the same result.
package tally

import (
	"fmt"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Options are the facts that a gate is opened with.
type Options struct {
	// Requester is the actor who makes the request.
	Requester string
	// GroupMembers are the members of groups, as far as known. The tally does not copy
	// them: do not change them later.
	GroupMembers policy.GroupMembers
	// Managers may change the request. Only their names are checked.
	Managers policy.Selector
	// Digest identifies the subject, so that a vote on another subject is refused.
	// Empty identifies nothing.
	Digest string
	// At is the time of the opening.
	At time.Time
}

// Lint returns the options for [policy.Lint].
func (o Options) Lint() policy.LintOptions {
	return policy.LintOptions{Requester: o.Requester, GroupMembers: o.GroupMembers, Managers: o.Managers}
}

// A Tally counts the votes on one gate.
type Tally struct {
	s Snapshot

	// These follow from s and are computed when first needed; see rulesChanged.
	who      *electorate.Electorate
	forecast *electorate.Forecast
	barred   map[string]bar
}

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
	t := &Tally{s: Snapshot{
		V: snapshotVersion, Policy: p.Normalized(), Requester: o.Requester, GroupMembers: o.GroupMembers,
		State: policy.StateOpen, Round: 1, Digest: o.Digest,
	}}
	if p.FoldCase {
		t.s.Requester, t.s.GroupMembers = names.Fold(o.Requester), o.GroupMembers.Folded()
	}
	t.note(policy.AuditEntry{At: o.At, Kind: policy.AuditOpened, Actor: t.s.Requester, Note: o.Digest})
	if auto := p.AutoApprove; auto != "" {
		t.close(policy.StateApproved, auto, o.At)
	}
	return t
}

// spelled returns a name as the gate keeps it; see [policy.Policy].FoldCase.
func (t *Tally) spelled(name string) string {
	if t.s.Policy.FoldCase {
		return names.Fold(name)
	}
	return name
}

func (t *Tally) spelledActor(a policy.Actor) policy.Actor {
	if t.s.Policy.FoldCase {
		a.ID, a.Groups = names.Fold(a.ID), names.FoldAll(a.Groups)
	}
	return a
}

// stage returns the current stage.
func (t *Tally) stage() policy.Stage {
	if t.s.Stage >= len(t.s.Policy.Stages) {
		return policy.Stage{} // of an automatic approval
	}
	return t.s.Policy.Stages[t.s.Stage]
}

// rules returns the rules of a stage for an electorate.
func rules(s policy.Stage) []electorate.Rule {
	all := make([]electorate.Rule, len(s.Rules))
	for i, r := range s.Rules {
		all[i] = electorate.Rule{Name: r.Name, Need: r.Need, All: r.All, From: electorate.Selector(r.From)}
	}
	return all
}

func change(e policy.Escalation) electorate.Change {
	return electorate.Change{Rule: e.Rule, To: electorate.Selector(e.To), Replace: e.Replace}
}

// electorate returns the electorate of the current stage.
func (t *Tally) electorate() *electorate.Electorate {
	if t.who == nil {
		t.who = electorate.New(rules(t.stage()), t.s.GroupMembers)
	}
	return t.who
}

// forecastOf returns the forecast of a stage with the rules of s.
func (t *Tally) forecastOf(s policy.Stage, who *electorate.Electorate) *electorate.Forecast {
	later := make([]electorate.Change, len(s.Escalations))
	for i, e := range s.Escalations {
		later[i] = change(e)
	}
	return electorate.NewForecast(rules(s), later, who, t.mayApprove)
}

// ahead returns the forecast of the current stage.
func (t *Tally) ahead() *electorate.Forecast {
	if t.forecast == nil {
		t.forecast = t.forecastOf(t.stage(), t.electorate())
	}
	return t.forecast
}

// rulesChanged drops what was computed from rules and stages that have changed. All of
// it follows from the snapshot, so the time at which it is computed does not matter.
func (t *Tally) rulesChanged() { t.who, t.forecast, t.barred = nil, nil, nil }

// Audit returns what has happened.
func (t *Tally) Audit() policy.Audit { return withHashes(t.s.Audit) }

// AppendAudit adds an entry that does not change the gate, such as a reminder.
func (t *Tally) AppendAudit(kind policy.AuditKind, actor, note string, at time.Time) {
	t.note(policy.AuditEntry{At: at, Kind: kind, Actor: actor, Note: note})
}

// note adds an entry. Its hash is computed when it is read; most gates end before.
func (t *Tally) note(e policy.AuditEntry) {
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

// Snapshot returns everything that t knows. It shares nothing that changes with t.
func (t *Tally) Snapshot() Snapshot {
	s := t.Clone().s
	s.Audit = withHashes(s.Audit)
	return s
}

// Clone returns a tally to try things on. It shares nothing that changes with t. It
// costs less than [Restore] of a [Tally.Snapshot].
func (t *Tally) Clone() *Tally {
	c := *t
	c.s.Policy = c.s.Policy.Normalized()
	c.s.Votes, c.s.Past = cloneVotes(c.s.Votes), cloneVotes(c.s.Past)
	c.s.Delegations, c.s.Spent = slices.Clone(c.s.Delegations), slices.Clone(c.s.Spent)
	c.s.Audit.Entries = slices.Clone(c.s.Audit.Entries)
	c.rulesChanged()
	return &c
}
