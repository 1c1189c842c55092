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

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// page bounds the number of keys that one round trip reads.
const page = 1000

// List implements [driver.Admin]. It goes through all keys of the database
// with SCAN, then through the records after q.After in their order, one round
// trip each for those it returns. It is for people, not for programs that
// wait.
func (s *Store) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	return bounded.Do(ctx, bounded.SurveyTimeout, func(ctx context.Context) ([]driver.Entry, error) { return s.list(ctx, q) })
}

func (s *Store) list(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	keys, err := s.keys(ctx, q.After)
	if err != nil {
		return nil, failed("list records", err)
	}
	var entries []driver.Entry
	for some := range slices.Chunk(keys, page) {
		states, err := s.states(ctx, some)
		if err != nil {
			return nil, failed("list records", err)
		}
		for i, key := range some {
			if len(entries) >= q.Limit {
				return entries, nil
			}
			if state := states[i]; state == 0 || q.State != 0 && q.State != state || q.Abandoned && state != driver.StateInProgress {
				continue
			}
			e, err := s.read(ctx, key)
			if err != nil {
				return nil, err
			}
			if e.listed(q) {
				entries = append(entries, driver.Entry{Key: key, Record: e.Record})
			}
		}
	}
	return entries, nil
}

// listed reports whether a record belongs into a list. It may have changed since its state
// was read.
func (s recordReply) listed(q driver.Query) bool {
	return s.State != 0 && (q.State == 0 || q.State == s.State) && !s.expired &&
		(!q.Abandoned || s.State == driver.StateInProgress && s.Remaining <= 0)
}

// keys returns the keys of all records after one, in order.
func (s *Store) keys(ctx context.Context, after driver.Key) ([]driver.Key, error) {
	var mu sync.Mutex
	found := map[driver.Key]bool{} // SCAN can name a key twice
	scan := func(ctx context.Context, client redis.Cmdable) error {
		each := client.Scan(ctx, 0, globEscape(s.prefix)+"*", page).Iterator()
		for each.Next(ctx) {
			var key driver.Key
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
	keys := make([]driver.Key, 0, len(found))
	for key := range found {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b driver.Key) int { return bytes.Compare(a[:], b[:]) })
	return keys, err
}

// states returns the states of records in one round trip, and 0 for a key without a record.
func (s *Store) states(ctx context.Context, keys []driver.Key) ([]driver.State, error) {
	answers, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range keys {
			p.HGet(ctx, s.name(key), "state")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	states := make([]driver.State, len(keys))
	for i, answer := range answers {
		if get, ok := answer.(*redis.StringCmd); ok {
			n, _ := strconv.ParseUint(get.Val(), 10, 8) // "" of a key that has expired since
			states[i] = driver.State(n)
		}
	}
	return states, nil
}

// Resolve implements [driver.Admin].
func (s *Store) Resolve(ctx context.Context, key driver.Key, fence int64, f driver.Completion) error {
	if err := f.ValidateResolution(); err != nil {
		return err
	}
	given, result := optional(f.Result)
	return s.must(ctx, "resolve a record", resolveScript, key, fence, int(f.State), given, result)
}

// Delete implements [driver.Admin].
func (s *Store) Delete(ctx context.Context, key driver.Key) error {
	return s.must(ctx, "forget a record", forgetScript, key)
}

// globEscape makes SCAN take a prefix by the letter.
func globEscape(prefix string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`).Replace(prefix)
}
