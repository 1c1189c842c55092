package storetest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// refStore makes a store of the reference, and lets it be broken.
type refStore struct {
	mu    sync.Mutex
	ref   reference
	app   time.Duration // the clock of the program
	flaws flaws
	calls int // so far
}

// flaws change calls before the reference answers them, and answers before the
// caller sees them. Both hold the lock.
type flaws struct {
	before, after func(*refStore, *call)
	shares        bool // bytes with the caller
}

func (f flaws) copy(b []byte) []byte {
	if f.shares {
		return b
	}
	return bytes.Clone(b)
}

func (f flaws) record(r driver.Record) driver.Record {
	r.Fingerprint, r.Progress, r.Result = f.copy(r.Fingerprint), f.copy(r.Progress), f.copy(r.Result)
	return r
}

// call is one of any method, and its answer.
type call struct {
	name    string
	ctx     context.Context //nolint:containedctx // as long as the call
	key     driver.Key
	claim   driver.Claim
	ref     driver.Ref
	renewal driver.Renewal
	final   driver.Completion
	query   driver.Query
	limit   int

	prior   entry // before the call
	won     bool
	record  driver.Record
	entries []driver.Entry
	swept   int
	err     error
}

var _ interface {
	driver.Admin
	driver.Sweeper
} = (*refStore)(nil)

func newRefStore(f flaws) *refStore {
	return &refStore{ref: reference{entries: map[driver.Key]entry{}}, flaws: f}
}

func (s *refStore) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ref.now += d
}

func (s *refStore) Skew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.app += d
}

// do answers a call by act, unless it is not valid or a flaw has answered it.
func (s *refStore) do(c *call, invalid error, act func(*call)) *call {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	c.prior = s.ref.entries[c.key]
	c.err = cmp.Or(c.ctx.Err(), invalid)
	if s.flaws.before != nil {
		s.flaws.before(s, c)
	}
	if c.err == nil {
		act(c)
	}
	c.record = s.flaws.record(s.ref.snapshot(s.ref.entries[c.key]))
	if s.flaws.after != nil {
		s.flaws.after(s, c)
	}
	return c
}

func (s *refStore) Claim(ctx context.Context, in driver.Claim) (driver.ClaimResult, error) {
	in.Fingerprint = s.flaws.copy(in.Fingerprint)
	c := s.do(&call{name: "Claim", ctx: ctx, key: in.Key, claim: in}, in.Validate(), func(c *call) { c.won = s.ref.claim(c.claim) })
	return driver.ClaimResult{Won: c.won, Record: c.record}, c.err
}

func (s *refStore) Get(ctx context.Context, k driver.Key) (driver.Record, error) {
	c := s.do(&call{name: "Get", ctx: ctx, key: k}, nil, func(c *call) {
		if _, there := s.ref.find(c.key); !there {
			c.err = driver.ErrNoRecord
		}
	})
	return c.record, c.err
}

func (s *refStore) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	n.Progress = s.flaws.copy(n.Progress)
	return s.do(&call{name: "Renew", ctx: ctx, key: ref.Key, ref: ref, renewal: n}, n.Validate(), func(c *call) {
		c.err = s.ref.renew(c.ref, c.renewal)
	}).err
}

func (s *refStore) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	f.Result = s.flaws.copy(f.Result)
	return s.do(&call{name: "Finish", ctx: ctx, key: ref.Key, ref: ref, final: f}, f.Validate(), func(c *call) {
		c.err = s.ref.finish(c.ref, c.final)
	}).err
}

func (s *refStore) Release(ctx context.Context, ref driver.Ref) error {
	return s.do(&call{name: "Release", ctx: ctx, key: ref.Key, ref: ref}, nil, func(c *call) {
		c.err = s.ref.finish(c.ref, driver.Completion{State: driver.StateReleased})
	}).err
}

func (s *refStore) Resolve(ctx context.Context, k driver.Key, fence int64, f driver.Completion) error {
	c := &call{name: "Resolve", ctx: ctx, key: k, ref: driver.Ref{Key: k, Fence: fence}, final: f}
	return s.do(c, f.ValidateResolution(), func(c *call) { c.err = s.ref.resolve(c.key, c.ref.Fence, c.final) }).err
}

func (s *refStore) Delete(ctx context.Context, k driver.Key) error {
	return s.do(&call{name: "Delete", ctx: ctx, key: k}, nil, func(c *call) { c.err = s.ref.forget(c.key) }).err
}

func (s *refStore) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	c := s.do(&call{name: "List", ctx: ctx, query: q}, nil, func(c *call) {
		for k, e := range s.ref.entries {
			if !s.ref.expired(e) && bytes.Compare(k[:], c.query.After[:]) > 0 && (q.State == 0 || e.State == q.State) &&
				(!q.Abandoned || s.ref.abandoned(e)) {
				c.entries = append(c.entries, driver.Entry{Key: k, Record: s.flaws.record(s.ref.snapshot(e))})
			}
		}
		slices.SortFunc(c.entries, func(a, b driver.Entry) int { return bytes.Compare(a.Key[:], b.Key[:]) })
		c.entries = c.entries[:min(len(c.entries), max(c.query.Limit, 0))]
	})
	return c.entries, c.err
}

func (s *refStore) Sweep(ctx context.Context, limit int) (int, error) {
	c := s.do(&call{name: "Sweep", ctx: ctx, limit: limit}, nil, func(c *call) {
		for k, e := range s.ref.entries {
			if c.swept < c.limit && s.ref.expired(e) && e.State != driver.StateIndeterminate {
				delete(s.ref.entries, k)
				c.swept++
			}
		}
	})
	return c.swept, c.err
}
