//go:build servers

package idempotency_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

var databases atomic.Int32

// postgres is a database of its own on the server that all tests share.
func postgres(t *testing.T) database {
	t.Helper()
	dsn := storetest.PostgreSQL(t)
	db, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	defer db.Close()
	name := fmt.Sprintf("crash_%d", databases.Add(1))
	_, err = db.ExecContext(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	return database{driver: "pgx", dsn: strings.Replace(dsn, "/postgres?", "/"+name+"?", 1), dialect: sqlstore.DialectPostgreSQL}
}

func TestNamedPointsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testPoints(t, postgres)
}

func TestRandomPointsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testRandom(t, postgres)
}
