package redisstore

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// page is how many keys are looked at in one round trip.
const page = 1000

// List implements [idempotency.Admin]. It goes through all keys of the database
// with SCAN, then through the records after q.After in their order, one round
// trip each for those it returns. It is for people, not for programs that
// wait.
func (s *Store) List(ctx context.Context, q idempotency.Query) ([]idempotency.Entry, error) {
	return within(ctx, surveyTimeout, func(ctx context.Context) ([]idempotency.Entry, error) { return s.list(ctx, q) })
}

func (s *Store) list(ctx context.Context, q idempotency.Query) ([]idempotency.Entry, error) {
	keys, err := s.keys(ctx, q.After)
	if err != nil {
		return nil, failed("list records", err)
	}
	var entries []idempotency.Entry
	for some := range slices.Chunk(keys, page) {
		states, err := s.states(ctx, some)
		if err != nil {
			return nil, failed("list records", err)
		}
		for i, key := range some {
			if len(entries) >= q.Limit {
				return entries, nil
			}
			if state := states[i]; state == 0 || q.State != 0 && q.State != state || q.Abandoned && state != idempotency.Running {
				continue
			}
			e, err := s.look(ctx, key)
			if err != nil {
				return nil, err
			}
			if e.listed(q) {
				entries = append(entries, idempotency.Entry{Key: key, Record: e.Record})
			}
		}
	}
	return entries, nil
}

// listed says whether a record belongs into a list. It can have changed since
// its state was read.
func (s shown) listed(q idempotency.Query) bool {
	return s.State != 0 && (q.State == 0 || q.State == s.State) && !s.gone &&
		(!q.Abandoned || s.State == idempotency.Running && s.Remaining <= 0)
}

// keys are those of all records after one, in order.
func (s *Store) keys(ctx context.Context, after idempotency.Digest) ([]idempotency.Digest, error) {
	var mu sync.Mutex
	found := map[idempotency.Digest]bool{} // SCAN can name a key twice
	scan := func(ctx context.Context, client redis.Cmdable) error {
		each := client.Scan(ctx, 0, globEscape(s.prefix)+"*", page).Iterator()
		for each.Next(ctx) {
			var key idempotency.Digest
			name := strings.TrimPrefix(each.Val(), s.prefix)
			if len(name) != hex.EncodedLen(len(key)) {
				continue // not a record of ours
			}
			if _, err := hex.Decode(key[:], []byte(name)); err != nil {
				continue // nor this
			}
			if bytes.Compare(key[:], after[:]) > 0 {
				mu.Lock()
				found[key] = true
				mu.Unlock()
			}
		}
		return each.Err()
	}
	var err error
	if cluster, ok := s.client.(*redis.ClusterClient); ok {
		err = cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error { return scan(ctx, master) })
	} else {
		err = scan(ctx, s.client)
	}
	keys := make([]idempotency.Digest, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b idempotency.Digest) int { return bytes.Compare(a[:], b[:]) })
	return keys, err
}

// states are those of some keys, in one round trip; 0 is no record.
func (s *Store) states(ctx context.Context, keys []idempotency.Digest) ([]idempotency.State, error) {
	answers, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range keys {
			p.HGet(ctx, s.name(key), "state")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	states := make([]idempotency.State, len(keys))
	for i, answer := range answers {
		if get, ok := answer.(*redis.StringCmd); ok {
			n, _ := strconv.ParseUint(get.Val(), 10, 8) // "" of a key that has expired since
			states[i] = idempotency.State(n)
		}
	}
	return states, nil
}

// Resolve implements [idempotency.Admin].
func (s *Store) Resolve(ctx context.Context, key idempotency.Digest, fence int64, f idempotency.Final) error {
	if err := f.ValidateVerdict(); err != nil {
		return err
	}
	given, result := optional(f.Result)
	return s.must(ctx, "resolve a record", resolveScript, key, fence, int(f.State), given, result)
}

// Forget implements [idempotency.Admin].
func (s *Store) Forget(ctx context.Context, key idempotency.Digest) error {
	return s.must(ctx, "forget a record", forgetScript, key)
}

// globEscape makes SCAN take a prefix by the letter.
func globEscape(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(prefix)
}
