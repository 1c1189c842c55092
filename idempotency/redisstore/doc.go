// Package redisstore keeps the records of package idempotency in Redis, through
// a client of the caller's.
//
//	client := redis.NewClient(&redis.Options{Addr: "redis:6379", ContextTimeoutEnabled: true})
//	store := redisstore.New(client, redisstore.Options{})
//
// # What is guaranteed
//
//   - Each call is one script on one key, and takes effect whole or not at all.
//     A cluster will do: a record never needs two of its nodes at once.
//   - The clock is the server's: programs may disagree on the time.
//   - Records that are past their retention go by themselves. Live work stays
//     until its lease is over, and what is Unknown until somebody resolves or
//     forgets it.
//
// # What is not
//
// Redis can lose what it has confirmed. A replica that takes over may not have
// the latest records; a server that starts again has what its disk has: all
// with appendonly yes and appendfsync always, all but the last second with
// everysec, nothing without. A record that is lost is absent, and its work is
// done again. Nor can a record be committed together with a business write, as
// the stores for databases do it. So let the downstream refuse repetitions as
// well: package idempotency passes it the key.
//
// A server that evicts keys to save memory loses records in the same way: its
// maxmemory-policy has to be noeviction. The volatile policies evict records,
// too, since they have an expiry.
//
// # What it needs
//
// Redis 5 or later (the tests run on 7), and the commands EVALSHA, EVAL and TIME; for List also SCAN.
// Without ContextTimeoutEnabled the client does not look at deadlines of
// contexts while it waits for an answer.
//
// # Cost
//
// Each call is one round trip, and one more when the server does not know the
// script yet. Resolve and Forget are no different. List goes through all keys of
// the database: it is for people.
package redisstore
