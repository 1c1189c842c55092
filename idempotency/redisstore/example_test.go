package redisstore_test

import (
	"github.com/redis/go-redis/v9"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
)

func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "redis:6379", ContextTimeoutEnabled: true})
	store := redisstore.New(client, redisstore.Options{Prefix: "payments:"})
	_ = idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
}
