//go:build servers

package main

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestRecordsInPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := storetest.PostgreSQL(t)
	pool, err := pgxpool.New(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := pgstore.New(pool, pgstore.Options{})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	settings := map[string]string{storeVariable: dsn, passwordVariable: "unused"}
	playRecords(t, settings, fill(t, store), "--as", "released")
	require.Equal(t, exitOK, command(t, settings, "idempotency", "sweep").code)
}

func TestRecordsInRedis(t *testing.T) {
	t.Parallel()
	address := storetest.Redis(t)
	c := redis.NewClient(&redis.Options{Addr: address, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	settings := map[string]string{storeVariable: "redis://" + address + "/0"}
	playRecords(t, settings, fill(t, redisstore.New(c, redisstore.Options{})), "--as", "released")
	require.Equal(t, exitRefused, command(t, settings, "idempotency", "sweep").code)
}
