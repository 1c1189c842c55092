// Package redisstore keeps the records of package idempotency in Redis.
package redisstore
