package storetest

import (
	"errors"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var errTooLarge = errors.New("storetest: the result is too large")

// listing changes what is asked of List.
func listing(f func(*driver.Query)) func(*refStore, *call) {
	return func(_ *refStore, c *call) { f(&c.query) }
}

var adminFlaws = map[string]broken{
	"records past their retention are listed": after(func(s *refStore, c *call) {
		for k, e := range s.ref.entries {
			if c.name == "List" && s.ref.expired(e) {
				c.entries = append(c.entries, driver.Entry{Key: k, Record: s.ref.snapshot(e)})
			}
		}
	}, "abandoned work past its retention is absent"),
	"a list is in no order": after(func(_ *refStore, c *call) { slices.Reverse(c.entries) },
		"a list goes through all records page by page"),
	"a list has no limit": before(listing(func(q *driver.Query) { q.Limit = 1 << 20 }),
		"a list goes through all records page by page"),
	"a page begins one too late": after(func(_ *refStore, c *call) {
		if c.query.After != (driver.Key{}) && len(c.entries) > 0 {
			c.entries = c.entries[1:]
		}
	}, "a list goes through all records page by page"),
	"each page is the first": before(listing(func(q *driver.Query) { q.After = driver.Key{} }),
		"a list goes through all records page by page"),
	"a list has live work for abandoned": after(func(s *refStore, c *call) {
		if c.name != "List" || !c.query.Abandoned {
			return
		}
		for k, e := range s.ref.entries {
			if e.State == driver.StateInProgress && !s.ref.abandoned(e) {
				c.entries = append(c.entries, driver.Entry{Key: k, Record: s.ref.snapshot(e)})
			}
		}
	}, "a list is limited to a state, or to abandoned work"),
	"a list of pending work is empty": after(func(_ *refStore, c *call) {
		if c.query.State == driver.StatePending {
			c.entries = nil
		}
	}, "a list is limited to a state, or to abandoned work"),
	"any fence resolves": before(func(s *refStore, c *call) {
		if c.name == "Resolve" {
			c.ref.Fence = s.ref.entries[c.key].Fence
		}
	}, "open work is resolved, and nothing else"),
	"live work is resolved": before(func(s *refStore, c *call) {
		if e := s.ref.entries[c.key]; c.name == "Resolve" && e.State == driver.StateInProgress {
			e.lease = s.ref.now
			s.ref.entries[c.key] = e
		}
	}, "open work is resolved, and nothing else"),
	"any verdict is taken": before(valid("Resolve"), "open work is resolved, and nothing else"),
	"a verdict of Released deletes the record": after(func(s *refStore, c *call) {
		if c.name == "Resolve" && c.err == nil && c.final.State == driver.StateReleased {
			delete(s.ref.entries, c.key)
		}
	}, "open work is resolved to be done again"),
	"a verdict of Released keeps the result": edit(func(c *call, e *entry) {
		if c.name == "Resolve" && c.final.State == driver.StateReleased {
			e.Result = c.final.Result
		}
	}, "open work is resolved to be done again"),
	"live work is forgotten": before(func(s *refStore, c *call) {
		if _, there := s.ref.entries[c.key]; c.name == "Delete" && there {
			s.ref.entries[c.key] = entry{end: s.ref.now + retain}
		}
	}, "records are forgotten, but not live work"),
	"what is not there is forgotten": after(func(_ *refStore, c *call) {
		if c.name == "Delete" && errors.Is(c.err, driver.ErrNoRecord) {
			c.err = nil
		}
	}, "records are forgotten, but not live work"),
	"a sweep has no limit": before(func(_ *refStore, c *call) { c.limit = 1 << 20 },
		"a sweep deletes what is past its retention, up to its limit"),
	"a sweep deletes live work": before(sweeping(func(s *refStore, e *entry) {
		if e.State == driver.StateInProgress && e.end <= s.ref.now {
			e.lease = s.ref.now
		}
	}), "a sweep spares live work"),
	"a sweep deletes what people have to see": before(sweeping(func(_ *refStore, e *entry) {
		if e.State == driver.StateIndeterminate {
			e.State = driver.StateCompleted
		}
	}), "indeterminate work stays listed past its retention"),
	"a sweep deletes what is done": before(sweeping(func(s *refStore, e *entry) {
		if e.State == driver.StateCompleted {
			e.end = s.ref.now
		}
	}), "a sweep deletes what is past its retention, up to its limit"),
}

// sweeping changes the records that a sweep looks at.
func sweeping(f func(*refStore, *entry)) func(*refStore, *call) {
	return func(s *refStore, c *call) {
		if c.name != "Sweep" {
			return
		}
		for k, e := range s.ref.entries {
			f(s, &e)
			s.ref.entries[k] = e
		}
	}
}
