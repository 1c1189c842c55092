package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// How many random calls are made, on a clock that stands and on one that runs.
const (
	manyCalls = 10_000
	someCalls = 1_000
)

var modelCases = []testcase{
	{"random calls are answered as by a reference", func(r *run) {
		seed := r.Seed
		if seed == 0 {
			seed = rand.Uint64()
		}
		r.Logf("the calls are those of Harness.Seed %d", seed)
		m := &walk{
			run:  r,
			rand: rand.New(rand.NewPCG(seed, 0)),
			ref:  reference{entries: map[driver.Key]entry{}},
			refs: map[driver.Key][]driver.Ref{},
		}
		calls := someCalls
		if r.Advance != nil {
			calls = manyCalls
		}
		for range calls {
			m.step()
		}
	}},
}

// walk makes random calls to a store and to the reference.
type walk struct {
	*run
	rand *rand.Rand
	ref  reference
	refs map[driver.Key][]driver.Ref // won so far
	last []string                    // the latest calls
}

func (m *walk) pick(n int) int { return m.rand.IntN(n) }

// ticks returns a number of ticks of a clock that a case moves, and else a duration that does
// not end while the case runs.
func (m *walk) ticks(atLeast, upTo int) time.Duration {
	if m.Advance == nil {
		return long
	}
	return time.Duration(atLeast+m.pick(upTo)) * m.Tick
}

func (m *walk) bytes() []byte {
	return [][]byte{nil, {}, {0}, []byte("some"), []byte("other")}[m.pick(5)]
}

// key returns one of four keys.
func (m *walk) key() driver.Key {
	k := key(fmt.Sprint("k", m.pick(4)))
	if e, there := m.ref.entries[k]; there && m.ref.expired(e) {
		delete(m.refs, k)
	}
	return k
}

// note keeps a call for the case that it goes wrong.
func (m *walk) note(format string, args ...any) {
	m.last = append(m.last, fmt.Sprintf(format, args...))
	if len(m.last) > 12 {
		m.last = m.last[1:]
	}
}

func (m *walk) fail(format string, args ...any) {
	m.Helper()
	for _, call := range m.last {
		m.Log(call)
	}
	m.Fatalf("the last of these calls goes wrong: "+format, args...)
}

// agree compares an error of the store with that of the reference.
func (m *walk) agree(err, want error) {
	m.Helper()
	if want == nil && err != nil || want != nil && !errors.Is(err, want) {
		m.fail("it returns the error %v; want %v", err, want)
	}
}

// compare looks at a record by Get.
func (m *walk) compare(k driver.Key) {
	m.Helper()
	got, err := m.Store.Get(m.Context(), k)
	e, there := m.ref.find(k)
	if !there {
		m.agree(err, driver.ErrNoRecord)
		return
	}
	m.agree(err, nil)
	m.matches(got, e)
}

func (m *walk) matches(got driver.Record, e entry) {
	m.Helper()
	shown := m.ref.snapshot(e)
	if !alike(got, shown) {
		m.fail("the record is %s; want %s", text(got), text(shown))
	}
	if m.Advance != nil && (got.Age != shown.Age || shown.State == driver.StateInProgress && got.Remaining != shown.Remaining) {
		m.fail("by its clock the record is %s; want %s", text(got), text(shown))
	}
}

// compareList looks at all records. Those past their retention may be there.
func (m *walk) compareList(a driver.Admin) {
	m.Helper()
	entries, err := a.List(m.Context(), driver.Query{Limit: 1 << 20})
	m.agree(err, nil)
	if !slices.IsSortedFunc(entries, func(x, y driver.Entry) int { return bytes.Compare(x.Key[:], y.Key[:]) }) {
		m.fail("the records are not in the order of their keys")
	}
	there := 0
	for _, got := range entries {
		if e, ok := m.ref.find(got.Key); ok {
			there++
			m.matches(got.Record, e)
		} else if _, ok := m.ref.entries[got.Key]; !ok {
			m.fail("it has the record %x %s; want none", got.Key[:2], text(got.Record))
		}
	}
	for k := range m.ref.entries {
		if _, ok := m.ref.find(k); ok {
			there--
		}
	}
	if there != 0 {
		m.fail("%d records are missing", -there)
	}
}
