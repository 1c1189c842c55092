package approval_test

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// A clock is a timer of the modeled gate.
type clock struct {
	id     string // in history; empty when it had passed at once
	at     time.Time
	now    bool // it was started in the task that is written
	fired  bool
	behind int // how many votes of the batch had come when it fired
}

// A historyModel is a gate as a reader of its history sees it: one batch after the
// other, in order. The counting is the tally's, the order is the model's own.
type historyModel struct {
	h               *historytest.History
	exact           bool
	t               *tally.Tally
	stage, round    int
	deadline, alarm *clock
	begun           time.Time
	rungs           []time.Duration // yet to come
	reused          bool            // a timer was started and stopped in one task, which no history shows
}

func (m *historyModel) at(rung int) time.Time { return m.begun.Add(m.rungs[rung]) }

func (m *historyModel) start(d time.Duration, now time.Time) *clock {
	c := &clock{at: now.Add(d), now: true}
	if c.fired = d <= 0; !c.fired {
		c.id = m.h.TimerStarted(d)
	}
	return c
}

func (m *historyModel) stop(c *clock) {
	if c == nil || c.fired {
		return
	}
	if c.now {
		m.reused = true
		return
	}
	m.h.TimerCanceled(c.id)
}

// follow starts and stops timers as the state asks for.
func (m *historyModel) follow(now time.Time) {
	switch {
	case m.t.State() != policy.StateOpen:
		m.stop(m.deadline)
		m.stop(m.alarm)
		m.deadline, m.alarm, m.stage = nil, nil, -1
	case m.t.Stage() != m.stage || m.t.Round() != m.round:
		m.stop(m.deadline)
		m.stop(m.alarm)
		m.stage, m.round, m.begun = m.t.Stage(), m.t.Round(), now
		m.deadline, m.alarm, m.rungs = nil, nil, nil
		s := m.t.Current()
		if s.Deadline != policy.NoDeadline {
			m.deadline = m.start(time.Duration(s.Deadline), now)
		}
		for _, e := range s.Escalations {
			m.rungs = append(m.rungs, time.Duration(e.After))
		}
		m.arm(now)
	}
}

func (m *historyModel) arm(now time.Time) {
	if m.alarm = nil; len(m.rungs) > 0 {
		m.alarm = m.start(m.at(0).Sub(now), now)
	}
}

// due is how many things have fired: steps of the ladder, and the deadline last.
func (m *historyModel) due(now time.Time) (rungs int, end bool) {
	end = m.deadline != nil && m.deadline.fired
	if m.alarm == nil || !m.alarm.fired {
		return 0, end
	}
	for rungs < len(m.rungs) && (rungs == 0 || !m.at(rungs).After(now)) && !(end && m.at(rungs).After(m.deadline.at)) {
		rungs++
	}
	return rungs, end
}

// take lets the first thing that has fired happen.
func (m *historyModel) take(now time.Time) {
	rungs, _ := m.due(now)
	if rungs == 0 {
		m.t.Expire(now)
		m.follow(now)
		return
	}
	m.rungs = m.rungs[1:]
	m.t.Escalate(now)
	if m.follow(now); m.t.State() == policy.StateOpen && m.stage == m.t.Stage() && m.alarm != nil && m.alarm.fired {
		m.arm(now)
	}
}

// subjectCheckFor reports whether a vote would count once so many things have happened.
func (m *historyModel) fits(v tally.Vote, after int, now time.Time) bool {
	t := m.t.Clone()
	rungs, _ := m.due(now)
	for i := range after {
		if t.State() != policy.StateOpen || t.Stage() != m.stage {
			return false
		}
		if i < rungs {
			t.Escalate(now)
		} else {
			t.Expire(now)
		}
	}
	return t.Check(v) == nil
}

// read reads a batch: number is the place of a vote in it.
func (m *historyModel) read(batch []ballot, now time.Time) {
	for number, b := range batch {
		for m.exact {
			rungs, end := m.due(now)
			late := end && number >= m.deadline.behind
			if !late && (rungs == 0 || m.alarm.id == "" || number < m.alarm.behind) {
				break
			}
			m.take(now)
		}
		rungs, end := m.due(now)
		free := rungs // may come before or after the vote
		if end && !m.exact {
			free++
		}
		if m.exact && rungs > 0 && m.alarm.id != "" {
			free = 0 // the vote came before the alarm
		}
		for after := 0; after <= free; after++ {
			if m.fits(b.vote, after, now) {
				for range after {
					m.take(now)
				}
				m.count(b, now)
				break
			}
		}
	}
	for rungs, end := m.due(now); rungs > 0 || end; rungs, end = m.due(now) {
		m.take(now)
	}
	for _, c := range []*clock{m.deadline, m.alarm} {
		if c != nil {
			c.now = false
		}
	}
}

func (m *historyModel) count(b ballot, now time.Time) {
	if b.vote.Edited != "" {
		m.h.SideEffect(historytest.Raw("json/plain", []byte(`{}`)))
	}
	_, _ = m.t.Apply(b.vote, now)
	m.follow(now)
}
