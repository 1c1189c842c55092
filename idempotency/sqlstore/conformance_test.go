package sqlstore_test

import (
	"testing"

	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestStoreOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		return storetest.Harness{Store: openSQLite(t).store(t)}
	})
}
