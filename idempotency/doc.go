// Package idempotency makes activities take effect once.
package idempotency
