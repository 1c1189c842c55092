package archtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

func TestCheckLinks(t *testing.T) {
	t.Parallel()
	find(t, map[string]fault{
		"a driver in the store of the caller's choice": {
			planted: files{"idempotency/sqlstore/a.go": importing("sqlstore", "database/sql", "modernc.org/sqlite")},
			file:    "idempotency/sqlstore/a.go:4", rule: `links: "idempotency/sqlstore" imports "modernc.org/sqlite"`,
			mend: "the caller has opened",
		},
		"a driver in the test kit of all stores": {
			planted: files{"idempotency/storetest/a.go": importing("storetest", "github.com/jackc/pgx/v5")},
			file:    "idempotency/storetest/a.go:3", rule: `links: "idempotency/storetest" imports`, mend: "the caller has opened",
		},
		"another Redis client": {
			planted: files{"idempotency/redisstore/a.go": importing("redisstore", "github.com/gomodule/redigo/redis")},
			file:    "idempotency/redisstore/a.go:3", rule: `imports "github.com/gomodule/redigo/redis"`, mend: "table.go",
		},
		"another driver": {
			planted: files{"idempotency/pgstore/a.go": importing("pgstore", "github.com/lib/pq")},
			file:    "idempotency/pgstore/a.go:3", rule: `imports "github.com/lib/pq" outside a test`, mend: "table.go",
		},
	})
	t.Run("a store's own driver is in order, and any in tests", func(t *testing.T) {
		t.Parallel()
		found, err := archtest.Check(tree(files{
			"idempotency/pgstore/a.go": importing("pgstore", "github.com/jackc/pgx/v5/pgxpool",
				"example.com/lib/idempotency/internal/sqlrecords", "go.temporal.io/sdk/temporal"),
			"idempotency/sqlstore/a_test.go": importing("sqlstore", "modernc.org/sqlite"),
			"signals/a.go":                   importing("signals", "example.org/any"),
		}))
		require.NoError(t, err)
		require.Empty(t, found)
	})
}
