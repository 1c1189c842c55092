package stores_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestOpenKeepsExistingRecords(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "records.db")
	for range 2 { // the second time on the same file
		store, closing, err := stores.Open(t.Context(), file)
		require.NoError(t, err)
		_, err = store.Get(t.Context(), driver.Key{})
		require.ErrorIs(t, err, driver.ErrNoRecord)
		closing()
	}
}

func TestErrorsHideThePassword(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"Redis does not run":      "redis://user:canary@127.0.0.1:1",
		"PostgreSQL does not run": "postgres://user:canary@127.0.0.1:1/db",
		"malformed address":       "postgres://user:canary\x7f@host/db",
		"missing directory":       "/nowhere/records.db",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := stores.Open(t.Context(), address)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "canary")
		})
	}
}
