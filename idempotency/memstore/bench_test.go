package memstore_test

import (
	"testing"

	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func BenchmarkStore(b *testing.B) { storetest.Benchmark(b, memstore.New(memstore.Options{})) }
