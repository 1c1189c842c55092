// Package stores opens the store of idempotency records that an address names, so
// that an example can be tried with each: an SQLite file, PostgreSQL, or Redis.
//
// A program of your own uses one, and has its database open already: it needs the
// one line of [Open] that makes that store.
package stores
