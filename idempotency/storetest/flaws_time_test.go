package storetest

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// swapClocks lets a call look at the clock of the program.
func swapClocks(s *refStore, _ *call) { s.ref.now, s.app = s.app, s.ref.now }

var timeFlaws = map[string]broken{
	"the program's clock decides": {flaws{before: swapClocks, after: swapClocks}, []string{
		"a lease ends by the store's clock", "the clock of the program has no say",
	}},
	"leases are written by the program's clock": after(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.won && !c.again() {
			e.lease = s.app + c.claim.Lease
			s.ref.entries[c.key], c.record.Remaining = e, e.lease-s.ref.now
		}
	}, "the clock of the program has no say"),
	"a lease has no end": edit(func(c *call, e *entry) {
		if c.won {
			e.lease += century
		}
	}, "a lease ends by the store's clock"),
	"a renewal counts from the end of the lease": edit(func(c *call, e *entry) {
		if c.name == "Renew" && c.renewal.Lease > 0 {
			e.lease = c.prior.lease + c.renewal.Lease
		}
	}, "a renewal lengthens the lease from now on"),
	"a renewal never shortens": edit(func(c *call, e *entry) {
		if c.name == "Renew" && c.renewal.Lease > 0 {
			e.lease = max(e.lease, c.prior.lease)
		}
	}, "a renewal lengthens the lease from now on"),
	"a lease of 0 changes nothing": edit(func(c *call, e *entry) {
		if c.name == "Renew" && c.renewal.Lease == 0 {
			e.lease = c.prior.lease
		}
	}, "a lease of 0 gives the work up at once"),
	"a late finish is refused":  before(late("Finish"), "a late finish counts while no other owner has taken over"),
	"a late renewal is refused": before(late("Renew"), "a renewal lengthens the lease from now on"),
	"TTL deletes live work": before(func(s *refStore, _ *call) {
		for k, e := range s.ref.entries {
			if e.end <= s.ref.now {
				delete(s.ref.entries, k)
			}
		}
	}, "work that goes on outlives its retention", "a sweep spares live work",
		"indeterminate work stays listed past its retention"),
	"records are kept forever": edit(func(c *call, e *entry) {
		if c.won {
			e.end += century
		}
	}, "a record past its retention is absent", "a sweep deletes what is past its retention, up to its limit"),
	"abandoned work is kept forever": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; e.State == driver.StateInProgress && e.end <= s.ref.now {
			e.end = s.ref.now + 1
			s.ref.entries[c.key] = e
		}
	}, "abandoned work past its retention is absent"),
	"retention counts from the first claim": edit(func(c *call, e *entry) {
		if c.takeover() {
			e.end = c.prior.end
		}
	}, "a later claim lengthens the retention"),
	"a takeover keeps how long the first claim wanted": edit(func(c *call, e *entry) {
		if c.takeover() {
			e.retain = c.prior.retain
		}
	}, "the retention of the last claim counts when the work is finished"),
	"retention leaves the age": edit(func(c *call, e *entry) {
		if c.won && c.prior.State != 0 {
			e.first = c.prior.first
		}
	}, "a record past its retention is absent"),
	"a takeover starts the age again": edit(func(c *call, e *entry) {
		if c.takeover() {
			e.first = e.lease - c.claim.Lease
		}
	}, "age counts from the first claim, over takeovers and releases"),
	"a release starts the age again": edit(func(c *call, e *entry) {
		if c.won && c.prior.State == driver.StateReleased {
			e.first = e.lease - c.claim.Lease
		}
	}, "age counts from the first claim, over takeovers and releases"),
	"settled work is forgotten with its first retention": edit(func(c *call, e *entry) {
		if c.name == "Finish" || c.name == "Release" {
			e.end = c.prior.end
		}
	}, "work that takes longer than its retention is remembered when it is settled"),
	"a finish begins the retention again": edit(func(c *call, e *entry) {
		if c.name == "Finish" {
			e.end += c.prior.retain
		}
	}, "work that is settled early is remembered from its claim on"),
	"held work is claimed past its retention": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Claim" && e.State == driver.StateIndeterminate && e.end <= s.ref.now {
			delete(s.ref.entries, c.key)
		}
	}, "indeterminate work stays listed past its retention"),
	"the fence restarts past the retention": edit(func(c *call, e *entry) {
		if c.won && c.prior.State == driver.StateCompleted {
			e.Fence = 1
		}
	}, "the fence goes on until what is past its retention is swept"),
	"a clock that goes back makes the age negative": after(func(s *refStore, c *call) {
		if e, there := s.ref.entries[c.key]; there {
			c.record.Age = s.ref.now - e.first
		}
	}, "a clock that goes back takes no work away"),
	"what is done has time left": after(func(_ *refStore, c *call) {
		if c.record.State == driver.StateCompleted {
			c.record.Remaining = long
		}
	}, "settled work is not claimed", "a late finish counts while no other owner has taken over"),
	"leases are milliseconds in 32 bits": before(func(_ *refStore, c *call) {
		c.claim.Lease = time.Duration(int32(c.claim.Lease/time.Millisecond)) * time.Millisecond
	}, "leases and retentions of a hundred years"),
}

// late refuses calls when the lease is over.
func late(name string) func(*refStore, *call) {
	return func(s *refStore, c *call) {
		if c.name == name && s.ref.abandoned(s.ref.entries[c.key]) {
			c.err = driver.ErrLeaseLost
		}
	}
}
