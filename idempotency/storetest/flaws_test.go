package storetest

import (
	"maps"
	"runtime"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// broken is a flaw, and the cases that have to find it: there are others.
type broken struct {
	flaws flaws
	found []string
}

func before(f func(*refStore, *call), found ...string) broken {
	return broken{flaws{before: f}, found}
}

func after(f func(*refStore, *call), found ...string) broken { return broken{flaws{after: f}, found} }

// edit is a flaw in what a call leaves behind.
func edit(f func(c *call, e *entry), found ...string) broken {
	return after(func(s *refStore, c *call) {
		if e, there := s.ref.entries[c.key]; there && c.err == nil {
			f(c, &e)
			s.ref.entries[c.key] = e
			c.record = s.flaws.record(s.ref.snapshot(e))
		}
	}, found...)
}

func mutants() map[string]broken {
	all := maps.Clone(fenceFlaws)
	for _, more := range []map[string]broken{claimFlaws, timeFlaws, valueFlaws, callFlaws, adminFlaws, deafFlaws()} {
		maps.Copy(all, more)
	}
	return all
}

var fenceFlaws = map[string]broken{
	"no fence check": before(func(s *refStore, c *call) { c.ref.Fence = s.ref.entries[c.key].Fence },
		"a fence of before changes nothing", "a fence that is yet to come changes nothing"),
	"a fence that is too high is taken": before(func(s *refStore, c *call) { c.ref.Fence = min(c.ref.Fence, s.ref.entries[c.key].Fence) },
		"a fence that is yet to come changes nothing"),
	"a stale owner is accepted": before(func(s *refStore, c *call) { c.ref.Owner = s.ref.entries[c.key].Owner },
		"another owner changes nothing"),
	"owners are compared by their first half": before(func(s *refStore, c *call) {
		now := s.ref.entries[c.key].Owner
		copy(c.ref.Owner[8:], now[8:])
	}, "keys and owners that differ in one bit differ"),
	"the owner of a fence that has passed may still finish": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Finish" && c.ref.Fence < e.Fence {
			c.ref.Owner, c.ref.Fence = e.Owner, e.Fence
		}
	}, "a takeover leaves nothing to the first owner", "a takeover and a late finish: one of them counts",
		"released work leaves nothing to the first owner"),
	"finish is unconditional": before(func(s *refStore, c *call) {
		if e, there := s.ref.entries[c.key]; there && c.name == "Finish" {
			e.State, e.Owner, e.Fence = driver.StateInProgress, c.ref.Owner, c.ref.Fence
			s.ref.entries[c.key] = e
		}
	}, "a takeover and a late finish: one of them counts", "a finish is repeated, the same and no other"),
	"finish makes a record where there is none": before(func(s *refStore, c *call) {
		if _, there := s.ref.entries[c.key]; !there && c.name == "Finish" {
			s.ref.entries[c.key] = entry{
				Record: driver.Record{State: driver.StateInProgress, Owner: c.ref.Owner, Fence: c.ref.Fence},
				end:    s.ref.now + retain,
			}
		}
	}, "a key without a record cannot be changed"),
	"what is done can be renewed": after(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Renew" && e.Owner == c.ref.Owner && e.Fence == c.ref.Fence && e.State != driver.StateReleased {
			c.err = nil
		}
	}, "settled work cannot be renewed, released or finished otherwise"),
	"release resets the fence": after(func(s *refStore, c *call) {
		if c.name == "Release" && c.err == nil {
			delete(s.ref.entries, c.key)
		}
	}, "the fence grows by one with each owner", "released work starts again"),
	"a takeover leaves the fence": edit(func(c *call, e *entry) {
		if c.won && c.prior.State == driver.StateInProgress {
			e.Fence = c.prior.Fence
		}
	}, "abandoned work is taken over", "the fence grows by one with each owner", "of 64 takeovers at once one is won"),
	"a takeover is remembered over a release": edit(func(c *call, e *entry) { e.TakenOver = e.TakenOver || c.won && c.prior.TakenOver },
		"a takeover that is released starts again"),
	"takeovers race": before(pause(func(s *refStore, c *call) bool {
		return c.name == "Claim" && s.ref.abandoned(s.ref.entries[c.key])
	}), "of 64 takeovers at once one is won", "a takeover and a late finish: one of them counts",
		"a takeover and a renewal: one of them counts"),
	"claims race": before(pause(func(s *refStore, c *call) bool {
		_, there := s.ref.entries[c.key]
		return c.name == "Claim" && !there
	}), "of 64 claims at once one is won"),
	"claims of released work race": before(pause(func(s *refStore, c *call) bool {
		return c.name == "Claim" && s.ref.entries[c.key].State == driver.StateReleased
	}), "of 64 claims of released work at once one is won"),
	"finish and release race": before(pause(func(s *refStore, c *call) bool {
		return (c.name == "Finish" || c.name == "Release") && s.ref.entries[c.key].State == driver.StateInProgress
	}), "a finish and a release by the same owner: one of them counts"),
}

// pause lets another call in between what a call has read and what it writes,
// where when says so, and does not wait for long where none comes.
func pause(when func(*refStore, *call) bool) func(*refStore, *call) {
	return func(s *refStore, c *call) {
		if !when(s, c) {
			return
		}
		e, there := s.ref.entries[c.key]
		before, late := s.calls, time.Now().Add(time.Second)
		for s.calls == before && time.Now().Before(late) {
			s.mu.Unlock()
			runtime.Gosched()
			s.mu.Lock()
		}
		if s.ref.entries[c.key] = e; !there {
			delete(s.ref.entries, c.key)
		}
	}
}
