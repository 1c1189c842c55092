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
//     until its lease is over, and what is indeterminate until an operator resolves or
//     deletes it.
//
// # What is not
//
// Redis can lose what it has confirmed. A replica that takes over may not have
// the latest writes; a server that starts again has what its disk has: all with
// appendonly yes and appendfsync always, all but the last second with everysec,
// nothing without. What then becomes of a record:
//
//   - One that is lost is absent. Its work is done again, also while the first
//     attempt is still at it. That one's Finish and Renew return ErrLeaseLost, as
//     the owner is another one, so of the two results one counts.
//   - One that is older than it was counts as it is: finished work is in progress
//     again, is abandoned when its lease ends, and is taken over or needs review.
//   - A fence can be given out a second time. The store compares owners as well;
//     a downstream that compares fences only must not rely on them.
//
// Nor can a record be committed together with a business write, as the stores
// for databases do it. So let the downstream refuse repetitions as well: package
// idempotency passes it the key.
//
// A server that evicts keys to save memory loses records in the same way: its
// maxmemory-policy has to be noeviction. The volatile policies evict records,
// too, since they have an expiry.
//
// A clock that jumps forward ends leases early, and one that jumps back, as on a
// replica that takes over, lengthens those of abandoned work by the jump. Live
// work is not affected by the latter: it renews its lease by the new time.
//
// # What it needs
//
// Redis 5 or later (the tests run on 7). An account needs its keys and these
// commands, most of which the scripts call; TIME takes no key:
//
//	+hello +client +evalsha +eval +time
//	+hget +hset +hmget +hgetall +hdel +hexists +hsetnx +hincrby
//	+del +persist +pexpireat +scan
//
// A cluster needs +cluster and +command, too, and List is all that needs +scan.
//
// Each call returns when its context ends, and after 5 seconds at the latest,
// List after a minute. Without ContextTimeoutEnabled the client does not look at
// deadlines of contexts while it waits for an answer: a call that is given up
// then keeps its connection until the client's own ReadTimeout.
//
// Errors say what could not be done and what the server has answered, by its
// code. They name no host and no account.
//
// # Cost
//
// Each call is one round trip, and one more when the server does not know the
// script yet. Resolve and Delete are no different. List goes through all keys of
// the database: it is for people.
package redisstore
