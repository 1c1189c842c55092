// Package sqlstore keeps idempotency records in a database of the caller's.
package sqlstore
