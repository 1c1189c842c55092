package storetest

import (
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// again says that an owner has claimed once more what is its own.
func (c *call) again() bool {
	return c.won && c.prior.State == driver.StateInProgress && c.prior.Owner == c.claim.Owner
}

// takeover says that an owner has won what was another's.
func (c *call) takeover() bool {
	return c.won && c.prior.State == driver.StateInProgress && c.prior.Owner != c.claim.Owner
}

// reopen makes a claim find nothing where a record is in a state.
func reopen(states ...driver.State) func(*refStore, *call) {
	return func(s *refStore, c *call) {
		for _, state := range states {
			if c.name == "Claim" && c.prior.State == state {
				delete(s.ref.entries, c.key)
			}
		}
	}
}

var claimFlaws = map[string]broken{
	"a claim that is lost shows only the state": after(func(_ *refStore, c *call) {
		if c.name == "Claim" && !c.won {
			c.record = driver.Record{State: c.record.State}
		}
	}, "a claim that is not won shows the whole record"),
	"a record has no fingerprint": edit(func(_ *call, e *entry) { e.Fingerprint = nil },
		"a claim on an empty store is won"),
	"an owner's second claim lengthens its lease": edit(func(c *call, e *entry) {
		if c.again() {
			e.lease += c.claim.Lease
		}
	}, "the same owner claims again, and nothing changes"),
	"an owner's second claim has a new fence": edit(func(c *call, e *entry) {
		if c.again() {
			e.Fence++
		}
	}, "the same owner claims again, and nothing changes", "the same owner claims again past its lease"),
	"an owner's second claim brings its info": edit(func(c *call, e *entry) {
		if c.again() {
			e.Info = c.claim.Info
		}
	}, "the same owner claims again, and nothing changes"),
	"an owner's second claim holds its own work": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Claim" && c.claim.NeedsReview && e.Owner == c.claim.Owner && e.State == driver.StateInProgress {
			e.State = driver.StateIndeterminate
			s.ref.entries[c.key] = e
		}
	}, "the same owner claims again, and nothing changes", "the same owner claims again past its lease"),
	"an owner takes over from itself": after(func(s *refStore, c *call) {
		if c.again() && c.prior.lease <= s.ref.now {
			c.record.TakenOver = true
		}
	}, "the same owner claims again past its lease"),
	"abandoned work is not its owner's": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Claim" && s.ref.abandoned(e) {
			e.Owner[0]++
			s.ref.entries[c.key] = e
		}
	}, "the same owner claims again past its lease"),
	"an owner is not known again": after(func(_ *refStore, c *call) {
		if c.again() {
			c.won = false
		}
	}, "the same owner claims again, and nothing changes"),
	"an owner's second claim forgets the takeover": edit(func(c *call, e *entry) {
		if c.again() {
			e.TakenOver = false
		}
	}, "abandoned work is taken over"),
	"failed work is claimed again":  before(reopen(driver.StateFailed), "settled work is not claimed"),
	"pending work is claimed again": before(reopen(driver.StatePending), "settled work is not claimed"),
	"unknown work is claimed again": before(reopen(driver.StateIndeterminate), "settled work is not claimed",
		"abandoned work that needs review is not won"),
	"hold takes over": before(func(_ *refStore, c *call) { c.claim.NeedsReview = false },
		"abandoned work that needs review is not won"),
	"hold holds live work": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.claim.NeedsReview && e.State == driver.StateInProgress {
			e.State = driver.StateIndeterminate
			s.ref.entries[c.key] = e
		}
	}, "hold takes what is free and leaves live work alone"),
	"held work can be released late": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Release" && e.State == driver.StateIndeterminate && e.Result == nil {
			e.State = driver.StateInProgress
			s.ref.entries[c.key] = e
		}
	}, "abandoned work that needs review is not won"),
	"held work cannot be finished by its owner": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Finish" && e.State == driver.StateIndeterminate && e.Result == nil {
			c.err = driver.ErrLeaseLost
		}
	}, "the owner of what is unknown finishes it, and nothing else"),
	"a takeover brings its own fingerprint": edit(func(c *call, e *entry) {
		if c.takeover() {
			e.Fingerprint = c.claim.Fingerprint
		}
	}, "abandoned work is taken over"),
	"a takeover loses the progress": edit(func(c *call, e *entry) {
		if c.takeover() {
			e.Progress = nil
		}
	}, "abandoned work is taken over", "a takeover whose context ends can be sent again", "random calls are answered as by a reference"),
	"a finish loses the fingerprint": edit(func(c *call, e *entry) {
		if c.name == "Finish" {
			e.Fingerprint = nil
		}
	}, "the fingerprint and the progress stay with what is finished"),
	"a release leaves the fingerprint": edit(func(c *call, e *entry) {
		if c.name == "Release" {
			e.Fingerprint = c.prior.Fingerprint
		}
	}, "released work starts again"),
	"a release loses the progress": edit(func(c *call, e *entry) {
		if c.name == "Release" {
			e.Progress = nil
		}
	}, "released work keeps its progress, and then its fingerprint"),
	"a verdict of Released loses the progress": edit(func(c *call, e *entry) {
		if c.name == "Resolve" && c.final.State == driver.StateReleased {
			e.Progress, e.Fingerprint = nil, nil
		}
	}, "open work is resolved to be done again"),
	"keys are compared without their last byte": before(func(_ *refStore, c *call) {
		c.key[31], c.claim.Key[31], c.ref.Key[31] = 0, 0, 0
	}, "keys and owners that differ in one bit differ"),
}
