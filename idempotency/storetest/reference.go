package storetest

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// reference says what a store must do, one call at a time.
type reference struct {
	now     time.Duration // since it began
	entries map[driver.Key]entry
}

type entry struct {
	driver.Record
	first, lease, end time.Duration
	retain            time.Duration
}

func (m *reference) abandoned(e entry) bool {
	return e.State == driver.StateInProgress && e.lease <= m.now
}

// expired reports whether an entry is past its retention.
func (m *reference) expired(e entry) bool {
	return e.end <= m.now && e.State != driver.StateIndeterminate && (e.State != driver.StateInProgress || m.abandoned(e))
}

func (m *reference) find(k driver.Key) (entry, bool) {
	e, there := m.entries[k]
	if there && m.expired(e) {
		return entry{}, false
	}
	return e, there
}

// snapshot returns an entry as the store returns it now.
func (m *reference) snapshot(e entry) driver.Record {
	e.Age = max(m.now-e.first, 0)
	if e.State == driver.StateInProgress {
		e.Remaining = e.lease - m.now
	}
	return e.Record
}

func (m *reference) claim(c driver.Claim) (won bool) {
	e, there := m.find(c.Key)
	mine := there && e.State == driver.StateInProgress && e.Owner == c.Owner
	left := there && m.abandoned(e) && !mine
	switch {
	case left && c.NeedsReview:
		e.State = driver.StateIndeterminate
		m.entries[c.Key] = e
		return false
	case !there || left || e.State == driver.StateReleased:
		next := entry{first: m.now, lease: m.now + c.Lease, end: m.now + c.Retain, retain: c.Retain}
		next.State, next.Owner, next.Info = driver.StateInProgress, c.Owner, c.Info.Kept()
		next.Fence = m.entries[c.Key].Fence + 1 // also of what is past its retention
		next.Fingerprint = c.Fingerprint
		if there {
			next.first = e.first
		}
		if left || e.Progress != nil {
			next.TakenOver, next.Fingerprint, next.Progress = left, e.Fingerprint, e.Progress
		}
		m.entries[c.Key] = next
		return true
	}
	return mine
}

// owned returns the entry that ref may change. Past its retention it is absent.
func (m *reference) owned(ref driver.Ref) (entry, bool) {
	e, there := m.find(ref.Key)
	return e, there && e.Owner == ref.Owner && e.Fence == ref.Fence
}

func (m *reference) renew(ref driver.Ref, n driver.Renewal) error {
	e, ok := m.owned(ref)
	if !ok || e.State != driver.StateInProgress {
		return driver.ErrLeaseLost
	}
	e.lease = m.now + n.Lease
	if n.Progress != nil {
		e.Progress = n.Progress
	}
	m.entries[ref.Key] = e
	return nil
}

// finish also releases, with the state Released.
func (m *reference) finish(ref driver.Ref, f driver.Completion) error {
	e, ok := m.owned(ref)
	again := e.State == f.State && (f.State == driver.StateReleased || identical(e.Result, f.Result)) // is kept as long as the first time
	known := e.State == driver.StateIndeterminate && f.State != driver.StateReleased                  // by its owner, after all
	if !ok || e.State != driver.StateInProgress && !known && !again {
		return driver.ErrLeaseLost
	}
	m.settle(ref.Key, e, f)
	return nil
}

func (m *reference) resolve(k driver.Key, fence int64, f driver.Completion) error {
	e, there := m.entries[k]
	open := e.State == driver.StateIndeterminate || e.State == driver.StatePending || m.abandoned(e)
	if !there || e.Fence != fence || !open {
		return driver.ErrLeaseLost
	}
	m.settle(k, e, f)
	return nil
}

func (m *reference) settle(k driver.Key, e entry, f driver.Completion) {
	e.State, e.Result = f.State, f.Result
	if f.State == driver.StateReleased {
		e.Result = nil
		if e.Progress == nil {
			e.Fingerprint = nil
		}
	}
	if e.end-m.now < e.retain/2 {
		e.end = m.now + e.retain
	}
	m.entries[k] = e
}

func (m *reference) forget(k driver.Key) error {
	e, there := m.find(k)
	switch {
	case !there:
		return driver.ErrNoRecord
	case e.State == driver.StateInProgress && !m.abandoned(e):
		return driver.ErrLeaseLost
	}
	delete(m.entries, k)
	return nil
}
