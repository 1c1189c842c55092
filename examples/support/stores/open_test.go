package stores_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestOpen(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "records.db")
	for range 2 { // what is there stays there
		store, closing, err := stores.Open(t.Context(), file)
		require.NoError(t, err)
		_, err = store.Get(t.Context(), driver.Key{})
		require.ErrorIs(t, err, driver.ErrNoRecord)
		closing()
	}
}

func TestNoPasswordIsTold(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]string{
		"nobody listens":          "redis://user:canary@127.0.0.1:1",
		"nor here":                "postgres://user:canary@127.0.0.1:1/db",
		"cannot be read":          "postgres://user:canary\x7f@host/db",
		"a directory that is not": "/nowhere/records.db",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := stores.Open(t.Context(), address)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "canary")
		})
	}
}
