package redisstore

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// DefaultPrefix begins the names of keys.
const DefaultPrefix = "idempotency:"

// Options tunes [New]. The zero value is ready to use.
type Options struct {
	// Prefix begins the names of keys; the key in hexadecimal follows. Stores
	// with the same server and prefix have the same records. "" is
	// [DefaultPrefix].
	Prefix string
}

// A Store keeps records in Redis. It is a [driver.Admin]; it needs no
// sweeping. It is safe for concurrent use.
type Store struct {
	client redis.UniversalClient
	prefix string
}

var _ driver.Admin = (*Store)(nil)

// New returns a store with a client of the caller's, who closes it. It does not
// talk to the server.
func New(client redis.UniversalClient, opts Options) *Store {
	if opts.Prefix == "" {
		opts.Prefix = DefaultPrefix
	}
	return &Store{client: client, prefix: opts.Prefix}
}

// Claim implements [driver.Store].
func (s *Store) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if err := c.Validate(); err != nil {
		return driver.ClaimResult{}, err
	}
	info, err := json.Marshal(c.Info.Kept())
	if err != nil {
		return driver.ClaimResult{}, failed("encode the info of a claim", err)
	}
	given, print := optional(c.Fingerprint)
	reply, err := s.run(ctx, claimScript, c.Key, c.Owner[:], micros(c.Lease), micros(c.Retain), c.NeedsReview, given, print, info).Slice()
	if err != nil {
		return driver.ClaimResult{}, failed("claim a record", err)
	}
	got, err := decode(reply)
	return driver.ClaimResult{Won: got.won, Record: got.Record}, err
}

// Get implements [driver.Store].
func (s *Store) Get(ctx context.Context, key driver.Key) (driver.Record, error) {
	got, err := s.read(ctx, key)
	switch {
	case err != nil:
		return driver.Record{}, err
	case got.State == 0 || got.expired:
		return driver.Record{}, driver.ErrNoRecord
	}
	return got.Record, nil
}

// look reads a record as it is there, past its retention, too.
func (s *Store) read(ctx context.Context, key driver.Key) (recordReply, error) {
	reply, err := s.run(ctx, getScript, key).Slice()
	if err != nil {
		return recordReply{}, failed("read a record", err)
	}
	return decode(reply)
}

// Renew implements [driver.Store].
func (s *Store) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	if err := n.Validate(); err != nil {
		return err
	}
	given, progress := optional(n.Progress)
	return s.change(ctx, "renew a lease", renewScript, ref, micros(n.Lease), given, progress)
}

// Finish implements [driver.Store].
func (s *Store) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	if err := f.Validate(); err != nil {
		return err
	}
	given, result := optional(f.Result)
	return s.change(ctx, "finish a record", finishScript, ref, int(f.State), given, result)
}

// Release implements [driver.Store].
func (s *Store) Release(ctx context.Context, ref driver.Ref) error {
	return s.change(ctx, "release a record", releaseScript, ref)
}

// change runs a script that changes the record of the lease's owner.
func (s *Store) change(ctx context.Context, what string, script *redis.Script, ref driver.Ref, args ...any) error {
	return s.must(ctx, what, script, ref.Key, append([]any{ref.Owner[:], ref.Fence}, args...)...)
}

// must runs a script that answers 1 when it has changed the record.
func (s *Store) must(ctx context.Context, what string, script *redis.Script, key driver.Key, args ...any) error {
	switch changed, err := s.run(ctx, script, key, args...).Int(); {
	case err != nil:
		return failed(what, err)
	case changed < 0:
		return driver.ErrNoRecord
	case changed == 0:
		return driver.ErrLeaseLost
	}
	return nil
}

// run sends a script by its hash, and once more with its text to a server that
// does not know it yet.
func (s *Store) run(ctx context.Context, script *redis.Script, key driver.Key, args ...any) *redis.Cmd {
	cmd, err := bounded.Do(ctx, bounded.CallTimeout, func(ctx context.Context) (*redis.Cmd, error) {
		return script.Run(ctx, s.client, []string{s.name(key)}, args...), nil
	})
	if err != nil {
		cmd = redis.NewCmd(ctx)
		cmd.SetErr(err)
	}
	return cmd
}

func (s *Store) name(key driver.Key) string { return s.prefix + hex.EncodeToString(key[:]) }

func failed(what string, err error) error {
	return driver.StoreError("redisstore: could not "+what, err)
}

// optional tells the scripts nil and empty apart.
func optional(b []byte) (given bool, value []byte) { return b != nil, b }

// longest allows 200 years. The longest that a Duration holds cannot be rounded up,
// and would lead where numbers of Lua leave out microseconds.
const longest = 200 * 365 * 24 * time.Hour

// micros rounds up, so that what is more than 0 stays so.
func micros(d time.Duration) string {
	return strconv.FormatInt(int64((min(d, longest)+time.Microsecond-1)/time.Microsecond), 10)
}
