package storetest

import (
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// step makes one random call. What is past its retention is only claimed and
// read: to whom else it is still there is left open.
func (m *walk) step() {
	k := m.key()
	_, past := m.ref.entries[k]
	if _, there := m.ref.find(k); there {
		past = false
	}
	switch n := m.pick(20); {
	case n < 7 || n < 17 && past:
		m.stepClaim(k)
	case n < 10:
		m.stepRenew(m.refOf(k))
	case n < 12:
		m.stepFinish(m.refOf(k))
	case n < 14:
		m.stepRelease(m.refOf(k))
	case n < 17:
		if a, ok := m.Store.(driver.Admin); ok {
			m.stepAdmin(a, k)
		}
	case n < 18:
		if s, ok := m.Store.(driver.Sweeper); ok {
			m.note("Sweep")
			_, err := s.Sweep(m.Context(), 1+m.pick(3))
			m.agree(err, nil)
		}
	case m.Advance != nil:
		d := m.ticks(0, 4)
		m.note("%s pass", d)
		m.Advance(d)
		m.ref.now += d
	}
	m.compare(m.key())
	m.compare(m.key())
}

func (m *walk) stepClaim(k driver.Key) {
	m.Helper()
	o := m.pick(3)
	c := claim("", fmt.Sprint("owner ", o))
	c.Key, c.NeedsReview, c.Fingerprint = k, m.pick(4) == 0, m.bytes()
	c.Lease, c.Retain = m.ticks(1, 5), m.ticks(1, 30)
	c.Info = driver.Info{Attempt: int32(o)} // the same for an owner's second claim, which does not change it
	m.note("Claim %x by %x hold %t lease %s retain %s print %s", k[:2], c.Owner[:2], c.NeedsReview, c.Lease, c.Retain, short(c.Fingerprint))
	_, there := m.ref.find(k)
	won := m.ref.claim(c)
	got, err := m.Store.Claim(m.Context(), c)
	m.agree(err, nil)
	if got.Won != won {
		m.fail("it is won: %t, and the record is %s; want won: %t", got.Won, text(got.Record), won)
	}
	e := m.ref.entries[k]
	if !there {
		e.Fence = got.Record.Fence // starts again or goes on: both are right
		m.ref.entries[k] = e
	}
	m.matches(got.Record, e)
	if won {
		m.refs[k] = append(m.refs[k], driver.Ref{Key: k, Owner: c.Owner, Fence: e.Fence})
	}
}

// refOf returns mostly the ref of the latest claim, sometimes of one before, and
// sometimes one without a record.
func (m *walk) refOf(k driver.Key) driver.Ref {
	ref := driver.Ref{Key: k, Owner: owner("owner 0"), Fence: 1}
	if won := m.refs[k]; len(won) > 0 {
		ref = won[len(won)-1]
		if m.pick(4) == 0 {
			ref = won[m.pick(len(won))]
		}
	}
	switch m.pick(12) {
	case 0:
		ref.Fence += int64(m.pick(3) - 1)
	case 1:
		ref.Owner = owner("another")
	}
	return ref
}

func (m *walk) stepRenew(ref driver.Ref) {
	m.Helper()
	n := driver.Renewal{Progress: m.bytes()}
	if m.pick(2) == 0 {
		n.Lease = m.ticks(1, 5)
	}
	m.note("Renew %x by %x %d lease %s progress %s", ref.Key[:2], ref.Owner[:2], ref.Fence, n.Lease, short(n.Progress))
	m.agree(m.Store.Renew(m.Context(), ref, n), m.ref.renew(ref, n))
	m.compare(ref.Key)
}

func (m *walk) stepFinish(ref driver.Ref) {
	m.Helper()
	f := driver.Completion{State: driver.StateCompleted + driver.State(m.pick(4)), Result: m.bytes()}
	m.note("Finish %x by %x %d %s %s", ref.Key[:2], ref.Owner[:2], ref.Fence, states[f.State], short(f.Result))
	m.agree(m.Store.Finish(m.Context(), ref, f), m.ref.finish(ref, f))
	m.compare(ref.Key)
}

func (m *walk) stepRelease(ref driver.Ref) {
	m.Helper()
	m.note("Release %x by %x %d", ref.Key[:2], ref.Owner[:2], ref.Fence)
	m.agree(m.Store.Release(m.Context(), ref), m.ref.finish(ref, driver.Completion{State: driver.StateReleased}))
	m.compare(ref.Key)
}

func (m *walk) stepAdmin(a driver.Admin, k driver.Key) {
	m.Helper()
	switch m.pick(4) {
	case 0:
		m.note("List")
		m.compareList(a)
	case 1:
		m.note("Delete %x", k[:2])
		want := m.ref.forget(k)
		m.agree(a.Delete(m.Context(), k), want)
		if want == nil {
			delete(m.refs, k)
		}
	default:
		fence := m.refOf(k).Fence
		f := driver.Completion{State: driver.StateCompleted + driver.State(m.pick(2)), Result: m.bytes()}
		if m.pick(3) == 0 {
			f = driver.Completion{State: driver.StateReleased}
		}
		m.note("Resolve %x %d %s %s", k[:2], fence, states[f.State], short(f.Result))
		m.agree(a.Resolve(m.Context(), k, fence, f), m.ref.resolve(k, fence, f))
	}
	m.compare(k)
}
