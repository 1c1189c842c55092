//go:build servers

package redisstore_test

import (
	"math"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestExpiry(t *testing.T) {
	t.Parallel()
	const short, longer = time.Hour, 2 * time.Hour
	client, name := dial(t), prefix("expiry")
	store := redisstore.New(client, redisstore.Options{Prefix: name})
	// expires wants the key's own expiry to be so long from now; 0 is none.
	expires := func(t *testing.T, want time.Duration) {
		t.Helper()
		keys, err := client.Keys(t.Context(), name+"*").Result()
		require.NoError(t, err)
		require.Len(t, keys, 1)
		got, err := client.PTTL(t.Context(), keys[0]).Result()
		require.NoError(t, err)
		if want == 0 {
			require.Equal(t, time.Duration(-1), got, "the key has no expiry")
			return
		}
		require.InDelta(t, want.Minutes(), got.Minutes(), 1, "minutes to the key's expiry")
	}
	c := claim(1)
	c.Lease, c.Retain = longer, short
	ref := won(t, store, c)
	expires(t, longer)
	require.NoError(t, store.Renew(t.Context(), ref, driver.Renewal{Lease: 2 * longer}))
	expires(t, 2*longer)
	require.NoError(t, store.Renew(t.Context(), ref, driver.Renewal{}))
	expires(t, short)
	require.NoError(t, store.Finish(t.Context(), ref, driver.Completion{State: driver.StateIndeterminate}))
	expires(t, 0)
	require.NoError(t, store.Resolve(t.Context(), ref.Key, ref.Fence, driver.Completion{State: driver.StateReleased}))
	expires(t, short)
	c.Lease, c.Retain = short, longer
	ref = won(t, store, c)
	expires(t, longer)
	require.NoError(t, store.Release(t.Context(), ref))
	expires(t, longer)
	ref = won(t, store, c)
	require.NoError(t, store.Finish(t.Context(), ref, done))
	expires(t, longer)
}

func TestIndeterminateOutlivesRetention(t *testing.T) {
	t.Parallel()
	_, store := open(t)
	c := claim(1)
	c.Retain = time.Microsecond
	ref := won(t, store, c)
	require.NoError(t, store.Finish(t.Context(), ref, driver.Completion{State: driver.StateIndeterminate, Result: []byte("unclear")}))
	got, err := store.Claim(t.Context(), c)
	require.NoError(t, err)
	require.False(t, got.Won)
	require.Equal(t, driver.StateIndeterminate, got.Record.State)
}

// The key's own expiry is coarser than the retention.
func TestRecordPastItsRetentionIsClaimed(t *testing.T) {
	t.Parallel()
	client, name := dial(t), prefix("past")
	store := redisstore.New(client, redisstore.Options{Prefix: name})
	c := claim(1)
	ref := won(t, store, c)
	require.NoError(t, store.Renew(t.Context(), ref, driver.Renewal{Lease: time.Hour, Progress: []byte("half")}))
	require.NoError(t, store.Finish(t.Context(), ref, done))
	keys, err := client.Keys(t.Context(), name+"*").Result()
	require.NoError(t, err)
	require.NoError(t, client.HSet(t.Context(), keys[0], "end", "1").Err())
	_, err = store.Get(t.Context(), c.Key)
	require.ErrorIs(t, err, driver.ErrNoRecord)
	entries, err := store.List(t.Context(), driver.Query{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, entries)
	c.Fingerprint = nil
	got, err := store.Claim(t.Context(), c)
	require.NoError(t, err)
	require.True(t, got.Won, "the claim is won")
	require.Equal(t, ref.Fence+1, got.Record.Fence, "the fence goes on while the record is there")
	got.Record.Fence, got.Record.Remaining = 0, 0
	require.Equal(t, driver.Record{State: driver.StateInProgress, Owner: c.Owner}, got.Record, "nothing else is left of it")
}

func TestLongest(t *testing.T) {
	t.Parallel()
	_, store := open(t)
	c := claim(1)
	c.Lease, c.Retain = math.MaxInt64, math.MaxInt64
	won(t, store, c)
	r, err := store.Get(t.Context(), c.Key)
	require.NoError(t, err)
	require.Greater(t, r.Remaining, 100*365*24*time.Hour)
}

func TestListIgnoresOthers(t *testing.T) {
	t.Parallel()
	client, name := dial(t), prefix("list")
	store := redisstore.New(client, redisstore.Options{Prefix: name + "*:"})
	ref := won(t, store, claim(1))
	won(t, redisstore.New(client, redisstore.Options{Prefix: name + "of others:"}), claim(2)) // matches the prefix as a pattern
	keys, err := client.Keys(t.Context(), name+"*").Result()
	require.NoError(t, err)
	require.Len(t, keys, 2)
	for _, key := range keys {
		for _, other := range []string{key + "00", key[:len(key)-1], key[:len(key)-1] + "X"} {
			require.NoError(t, client.Set(t.Context(), other, "not ours", time.Minute).Err())
		}
	}
	entries, err := store.List(t.Context(), driver.Query{Limit: 100})
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, ref.Key, entries[0].Key)
}

func TestRecordsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	client, name := dial(t), prefix("broken")
	store := redisstore.New(client, redisstore.Options{Prefix: name})
	for field, value := range map[string]string{"fence": "many", "info": "{", "end": ""} {
		ref := won(t, store, claim(1))
		keys, err := client.Keys(t.Context(), name+"*").Result()
		require.NoError(t, err)
		require.NoError(t, client.HSet(t.Context(), keys[0], field, value).Err())
		_, err = store.Get(t.Context(), ref.Key)
		require.ErrorContains(t, err, "redisstore: a record cannot be read")
		_, err = store.List(t.Context(), driver.Query{Limit: 1})
		require.ErrorContains(t, err, "look who else writes")
		require.NoError(t, client.Del(t.Context(), keys[0]).Err())
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	addr := storetest.Redis(t, "--cluster-enabled", "yes")
	node := redis.NewClient(&redis.Options{Addr: addr})
	defer node.Close()
	if err := node.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		require.ErrorContains(t, err, "already busy", "an earlier run has added them")
	}
	require.Eventually(t, func() bool {
		info, err := node.ClusterInfo(t.Context()).Result()
		return err == nil && len(info) > 16 && info[:16] == "cluster_state:ok"
	}, time.Minute, 20*time.Millisecond, "the cluster is up")
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: []string{addr}})
	defer client.Close()
	store := redisstore.New(client, redisstore.Options{Prefix: prefix("cluster")})
	all(t, store)
	for i := range byte(10) {
		won(t, store, claim(i+1))
	}
	entries, err := store.List(t.Context(), driver.Query{State: driver.StateInProgress, Limit: 100})
	require.NoError(t, err)
	require.Len(t, entries, 10)
}
