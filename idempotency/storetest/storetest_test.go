package storetest_test

import (
	"testing"

	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestRunOnAClockThatRuns(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) storetest.Harness {
		return storetest.Harness{Store: memstore.New(memstore.Options{})}
	})
}
