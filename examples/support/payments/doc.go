// Package payments is a small payment provider, for examples and tests: it
// charges cards and pays back, over HTTP, and counts what it did. Its ledger is
// the witness from outside: whatever happened to workers and servers, it says how
// often money was moved.
//
//	POST /charges   {"order": "o-1", "cents": 4200}   with the header Idempotency-Key
//	POST /refunds   {"order": "o-1", "cents": 4200}   likewise
//	GET  /charges?order=o-1                           what was charged for an order
//
// A key that was used is answered with the first answer, as real providers do,
// unless the provider is told to ignore keys. It can lose answers: the money is
// moved, and the caller sees a broken connection.
package payments
