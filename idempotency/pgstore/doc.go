// Package pgstore keeps idempotency records in PostgreSQL, with pgx.
package pgstore
