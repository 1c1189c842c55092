package main

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

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// openStore opens the store that dsn names: postgres://…, redis://…, or the name
// of an SQLite file.
func openStore(ctx context.Context, dsn string) (idempotency.Store, error) {
	switch scheme, _, _ := strings.Cut(dsn, "://"); scheme {
	case "postgres", "postgresql":
		pool, err := pgxpool.New(ctx, dsn)
		if err != nil {
			return nil, unusable(dsn, err)
		}
		store, err := pgstore.New(pool, pgstore.Options{})
		if err == nil {
			err = store.Migrate(ctx)
		}
		return store, unusable(dsn, err)
	case "redis", "rediss":
		options, err := redis.ParseURL(dsn)
		if err != nil {
			return nil, unusable(dsn, err)
		}
		c := redis.NewClient(options)
		return redisstore.New(c, redisstore.Options{}), unusable(dsn, c.Ping(ctx).Err())
	default:
		db, err := sql.Open("sqlite", "file:"+dsn+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
		if err != nil {
			return nil, unusable(dsn, err)
		}
		store, err := sqlstore.New(db, sqlstore.SQLite, sqlstore.Options{})
		if err == nil {
			err = store.Migrate(ctx)
		}
		return store, unusable(dsn, err)
	}
}

// unusable tells no password.
func unusable(dsn string, err error) error {
	if err == nil {
		return nil
	}
	if u, parsed := url.Parse(dsn); parsed == nil {
		dsn = u.Redacted()
	} else {
		return errors.New("the store's address cannot be read; give postgres://user@host/db, redis://host:6379, or the name of a file")
	}
	return fmt.Errorf("the store %s cannot be used: %w; check that it runs and that you may use it", dsn, err)
}
