// Package stores opens the store of idempotency records that an address names: an SQLite
// file, PostgreSQL, or Redis.
//
// Your program uses one of them, and has its database open already. It needs only the line
// of [Open] that makes that store.
package stores

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // the driver

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// Open opens the store that address names: postgres://…, redis://…, or the name of
// an SQLite file. It makes what the store needs, as often as it is called.
// PostgreSQL takes a password from PGPASSFILE too. Call closing when the
// store is no longer used.
func Open(ctx context.Context, address string) (store driver.Store, closing func(), err error) {
	switch scheme, _, _ := strings.Cut(address, "://"); scheme {
	case "postgres", "postgresql":
		store, closing, err = openPostgreSQL(ctx, address)
	case "redis", "rediss":
		store, closing, err = openRedis(ctx, address)
	default:
		store, closing, err = openSQLite(ctx, address)
	}
	if err != nil && closing != nil {
		closing()
	}
	return store, closing, unusable(address, err)
}

func openPostgreSQL(ctx context.Context, address string) (driver.Store, func(), error) {
	pool, err := pgxpool.New(ctx, address)
	if err != nil {
		return nil, nil, err
	}
	store, err := pgstore.New(pool, pgstore.Options{})
	if err == nil {
		err = store.Migrate(ctx)
	}
	return store, pool.Close, err
}

func openRedis(ctx context.Context, address string) (driver.Store, func(), error) {
	options, err := redis.ParseURL(address)
	if err != nil {
		return nil, nil, err
	}
	c := redis.NewClient(options)
	return redisstore.New(c, redisstore.Options{}), func() { _ = c.Close() }, c.Ping(ctx).Err()
}

func openSQLite(ctx context.Context, file string) (driver.Store, func(), error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, nil, err
	}
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	if err == nil {
		err = store.Migrate(ctx)
	}
	return store, func() { _ = db.Close() }, err
}

// unusable returns an error without the password of the address.
func unusable(address string, err error) error {
	if err == nil {
		return nil
	}
	u, wrong := url.Parse(address)
	if wrong != nil {
		return errors.New("the store's address cannot be read; give postgres://user@host/db, redis://host:6379, or the name of a file")
	}
	return fmt.Errorf("the store %s cannot be used: %w; check that it runs and that you may use it", u.Redacted(), err)
}
