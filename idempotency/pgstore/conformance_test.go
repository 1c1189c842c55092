//go:build servers

package pgstore_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	pool := open(t).Pool
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		store, err := pgstore.New(pool, pgstore.Options{Table: fmt.Sprintf("records_%d", names.Add(1))})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		return storetest.Harness{Store: store}
	})
}
