package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
	_ "modernc.org/sqlite" // the driver of SQLite

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

const (
	storeVariable    = "TEMPORAL_PATTERNS_STORE"
	passwordVariable = "TEMPORAL_PATTERNS_STORE_PASSWORD"
)

// records says where the idempotency records are.
type records struct {
	store, passwordFile, table, schema, prefix string
}

// openStore opens the store of the records, which must exist, and returns a function that closes
// it. No error has a text of a URL, which may hold a password.
func openStore(s *session, ctx context.Context) (driver.Admin, func(), error) {
	where := s.records.store
	if where == "" {
		where, _ = s.lookup(storeVariable)
	}
	scheme, rest, _ := strings.Cut(where, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(s, ctx, rest)
	case "postgres", "postgresql", "redis", "rediss":
	default:
		return nil, nil, usage("there is no store; set --store or %s to sqlite:PATH, postgres://…, redis://… or rediss://…", storeVariable)
	}
	u, err := url.Parse(where)
	if err != nil {
		return nil, nil, usage("the address of the store is no URL; write %s://user@host:port/database", scheme)
	}
	if _, has := u.User.Password(); (has || u.Query().Has("password")) && s.records.store != "" {
		return nil, nil, usage("--store has a password, which other programs can see; use --password-file, or set %s", passwordVariable)
	}
	password, err := storePassword(s)
	if err != nil {
		return nil, nil, err
	}
	if password != "" {
		u.User = url.UserPassword(u.User.Username(), password)
	}
	if strings.HasPrefix(scheme, "redis") {
		return openRedis(s, u)
	}
	return openPostgreSQL(s, ctx, u)
}

func storePassword(s *session) (string, error) {
	if s.records.passwordFile == "" {
		password, _ := s.lookup(passwordVariable)
		return password, nil
	}
	data, err := os.ReadFile(s.records.passwordFile)
	if err != nil {
		return "", usage("the file of the password cannot be read: %w; correct --password-file", err)
	}
	return strings.TrimRight(string(data), "\r\n"), nil
}

// openSQLite opens a file that exists: a mistake in its name must not create another one.
func openSQLite(s *session, ctx context.Context, path string) (driver.Admin, func(), error) {
	if _, err := os.Stat(path); err != nil {
		return nil, nil, codedError{error: fmt.Errorf("the SQLite file cannot be opened: %w; correct --store", err), code: exitNotFound}
	}
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: "mode=rw&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, nil, fmt.Errorf("the SQLite file %q cannot be opened: %w; correct --store", path, err)
	}
	closeDB := func() { _ = db.Close() }
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{Table: s.records.table, Schema: s.records.schema})
	if err != nil {
		closeDB()
		return nil, nil, usage("the store cannot be used: %w", err)
	}
	if err := db.PingContext(ctx); err != nil {
		closeDB()
		return nil, nil, fmt.Errorf("the SQLite file %q cannot be read: %w; give a file with idempotency records", path, err)
	}
	return store, closeDB, nil
}

func openPostgreSQL(s *session, ctx context.Context, u *url.URL) (driver.Admin, func(), error) {
	config, err := pgxpool.ParseConfig(u.String())
	if err != nil {
		return nil, nil, usage("the address of PostgreSQL cannot be understood; write postgres://user@host:port/database?sslmode=verify-full")
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, driver.StoreError("the PostgreSQL store cannot be opened", err)
	}
	store, err := pgstore.New(pool, pgstore.Options{Table: s.records.table, Schema: s.records.schema})
	if err != nil {
		pool.Close()
		return nil, nil, usage("the store cannot be used: %w", err)
	}
	return store, pool.Close, nil
}

func openRedis(s *session, u *url.URL) (driver.Admin, func(), error) {
	options, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, nil, usage("the address of Redis cannot be understood; write redis://user@host:port/0")
	}
	options.ContextTimeoutEnabled = true
	quietRedis()
	c := redis.NewClient(options)
	return redisstore.New(c, redisstore.Options{Prefix: s.records.prefix}), func() { _ = c.Close() }, nil
}

// quietRedis keeps the client's own log, which names hosts, out of the output.
var quietRedis = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

type silence struct{}

// Printf drops a line of the client's log.
func (silence) Printf(context.Context, string, ...any) {}

// errNoSweep says that a store needs no sweeping.
var errNoSweep = errors.New("this store deletes expired records by itself; there is nothing to sweep")
