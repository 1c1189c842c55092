package tally_test

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// vote reports whether the vote counts, and counts it.
func (m *model) vote(v tally.Vote) bool {
	edit := v.Edited != "" && v.Edited != m.digest
	i := slices.IndexFunc(m.votes, func(old modelVote) bool { return lower(old.Actor.ID) == lower(v.Actor.ID) })
	switch {
	case v.Choice != policy.ChoiceApprove && v.Choice != policy.ChoiceReject && v.Choice != policy.ChoiceRequestChanges,
		v.Edited != "" && (v.Choice != policy.ChoiceApprove || !m.p.AllowEdits),
		m.state != policy.StateOpen,
		v.Round != m.round && (v.Round != 0 || m.round > 1),
		v.Choice == policy.ChoiceRequestChanges && m.p.MaxRounds < 2,
		v.Comment == "" && slices.Contains(m.p.RequireCommentOn, v.Choice),
		len(m.counts(v.Actor)) == 0,
		v.Choice == policy.ChoiceApprove && !edit && !m.fresh(v.Actor.ID),
		i >= 0 && m.p.FinalVotes && (edit || m.votes[i].Choice != v.Choice),
		i >= 0 && m.votes[i].Choice == v.Choice && !edit && within(m.counts(v.Actor), m.votes[i].counts):
		return false
	}
	if edit {
		m.begin(v.Edited)
		if len(m.counts(v.Actor)) > 0 {
			m.votes = []modelVote{{v, m.counts(v.Actor)}}
			m.decide()
		}
		return true
	}
	counts := m.counts(v.Actor)
	if i >= 0 {
		for rule := range m.votes[i].counts {
			if m.votes[i].Choice == v.Choice && !m.rules[m.at][rule].all {
				counts[rule] = true // what was said again still counts
			}
		}
		m.votes = slices.Delete(m.votes, i, i+1)
	}
	m.votes = append(m.votes, modelVote{v, counts})
	switch {
	case v.Choice != policy.ChoiceRequestChanges:
		m.decide()
	case m.round < m.p.MaxRounds:
		m.state = policy.StateChangesRequested
	default:
		m.state = policy.StateRejected
	}
	return true
}

func (m *model) begin(digest string) {
	m.state, m.digest, m.at, m.votes, m.before = policy.StateOpen, digest, 0, nil, set{}
	m.round++
}

func (m *model) resubmit(by, digest string) bool {
	if m.state != policy.StateChangesRequested || by != m.o.Requester && !(m.p.FoldCase && lower(by) == m.o.Requester) {
		return false
	}
	m.begin(digest)
	return true
}

func (m *model) expire() {
	if m.state != policy.StateOpen {
		return
	}
	switch m.stage().OnTimeout {
	case policy.RejectOnTimeout:
		m.state = policy.StateRejected
	case policy.ApproveOnTimeout:
		m.next()
	default:
		m.state = policy.StateExpired
	}
}

// escalate takes the next step. Generated ladders except no one.
func (m *model) escalate() bool {
	if m.state != policy.StateOpen || len(m.ladder[m.at]) == 0 {
		return false
	}
	e := m.ladder[m.at][0]
	m.ladder[m.at] = m.ladder[m.at][1:]
	climb(m.rules[m.at], e)
	for _, v := range m.votes {
		for i, r := range m.rules[m.at] {
			if m.takes(r, v.Actor) {
				v.counts[i] = true
			} else if r.all {
				delete(v.counts, i)
			}
		}
	}
	m.decide()
	return true
}

// climb lets others decide.
func climb(rules []modelRule, e policy.Escalation) {
	for i := range rules {
		r := &rules[i]
		if e.Rule != "" && e.Rule != r.name {
			continue
		}
		if e.Replace {
			r.users, r.groups, r.except = set{}, set{}, set{}
		}
		for _, u := range e.To.Users {
			r.users[u] = true
			delete(r.except, u)
		}
		for _, g := range e.To.Groups {
			r.groups[g] = true
		}
	}
}

func within(a, b map[int]bool) bool {
	for rule := range a {
		if !b[rule] {
			return false
		}
	}
	return true
}
