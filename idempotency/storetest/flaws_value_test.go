package storetest

import (
	"bytes"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// valid takes calls of a name that the store has to refuse.
func valid(name string) func(*refStore, *call) {
	return func(_ *refStore, c *call) {
		if c.name == name && c.ctx.Err() == nil {
			c.err = nil
		}
	}
}

var valueFlaws = map[string]broken{
	"a nil result becomes empty": edit(func(c *call, e *entry) {
		if c.name == "Finish" && e.Result == nil {
			e.Result = []byte{}
		}
	}, "results come back as they were, nil and empty too"),
	"results end at a NUL": edit(func(_ *call, e *entry) {
		if i := bytes.IndexByte(e.Result, 0); i >= 0 {
			e.Result = e.Result[:i]
		}
	}, "results come back as they were, nil and empty too", "2 MB fit, and not a byte more"),
	"fingerprints and progress are text": edit(func(_ *call, e *entry) {
		e.Fingerprint, e.Progress = bytes.ToValidUTF8(e.Fingerprint, []byte("?")), bytes.ToValidUTF8(e.Progress, []byte("?"))
	}, "fingerprints and progress hold any bytes"),
	"bytes are shared with the caller": {flaws{shares: true}, []string{"what the caller does to its bytes later is not stored"}},
	"infos are kept as they come": edit(func(c *call, e *entry) {
		if c.won {
			e.Info = c.claim.Info
		}
	}, "infos are kept as any database takes them"),
	"an info that is long is refused": before(func(_ *refStore, c *call) {
		if len(c.claim.Info.WorkflowID) > 1<<10 {
			c.err = errTooLarge
		}
	}, "infos are kept as any database takes them"),
	"1 MB is the most": before(func(_ *refStore, c *call) {
		if len(c.final.Result) > 1<<20 {
			c.err = errTooLarge
		}
	}, "2 MB fit, and not a byte more"),
	"any claim is taken":   before(valid("Claim"), "a claim that makes no sense is refused"),
	"any finish is taken":  before(valid("Finish"), "a finish says what is final", "2 MB fit, and not a byte more"),
	"any renewal is taken": before(valid("Renew"), "a renewal keeps progress, and nil leaves it", "2 MB fit, and not a byte more"),
	"a renewal without progress deletes it": edit(func(c *call, e *entry) {
		if c.name == "Renew" {
			e.Progress = c.renewal.Progress
		}
	}, "a renewal keeps progress, and nil leaves it"),
	"a finish cannot be repeated": before(func(_ *refStore, c *call) {
		if c.name == "Finish" && c.prior.State != driver.StateInProgress {
			c.err = driver.ErrLeaseLost
		}
	}, "a finish is repeated, the same and no other"),
	"another finish counts as a repetition": after(func(_ *refStore, c *call) {
		if c.name == "Finish" && c.prior.State == c.final.State && c.prior.Owner == c.ref.Owner && c.prior.Fence == c.ref.Fence {
			c.err = nil
		}
	}, "a finish is repeated, the same and no other"),
}

var callFlaws = map[string]broken{
	"there is no record when the context has ended": after(ended("", func(_ *refStore, c *call) { c.err = driver.ErrNoRecord }),
		"a read whose context ends finds what is there, or fails"),
	"the lease is lost when the context has ended": after(ended("", func(_ *refStore, c *call) { c.err = driver.ErrLeaseLost }),
		"a finish whose context ends can be sent again", "a renewal or a release whose context ends can be sent again"),
	"a claim that is cut off is no one's": after(ended("Claim", func(s *refStore, c *call) {
		c.claim.Owner = driver.Owner{}
		s.ref.claim(c.claim)
	}), "a claim whose context ends can be sent again", "a takeover whose context ends can be sent again"),
	"a finish that is cut off has no result": after(ended("Finish", func(s *refStore, c *call) {
		c.err = s.ref.finish(c.ref, driver.Completion{State: c.final.State})
	}), "a finish whose context ends can be sent again"),
	"a release that is cut off deletes the owner": after(ended("Release", func(s *refStore, c *call) {
		e := s.ref.entries[c.key]
		e.Owner = driver.Owner{}
		s.ref.entries[c.key] = e
	}), "a renewal or a release whose context ends can be sent again"),
}

// deafFlaws are calls that are made although their context has ended.
func deafFlaws() map[string]broken {
	all := map[string]broken{}
	for _, name := range []string{"Claim", "Get", "Renew", "Finish", "Release", "List", "Resolve", "Delete", "Sweep"} {
		all[name+" goes on when its context has ended"] = before(ended(name, func(_ *refStore, c *call) { c.err = nil }),
			"a call whose context has ended does nothing, and says so")
	}
	return all
}

// ended is a flaw in calls of a name, or of all, whose context has ended.
func ended(name string, f func(*refStore, *call)) func(*refStore, *call) {
	return func(s *refStore, c *call) {
		if c.ctx.Err() != nil && (name == "" || name == c.name) {
			f(s, c)
		}
	}
}
