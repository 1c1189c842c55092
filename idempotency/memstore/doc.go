// Package memstore keeps the records of package idempotency in memory: for
// tests, for examples, and for programs whose work need not be remembered when
// they end.
//
//	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
//
// A [Store] does all that a store has to do, and passes package storetest like
// the others: it is a driver.Store, a driver.Admin and a
// driver.Sweeper. What it cannot do is outlive its process: after a crash
// or a deployment there are no records, and everything runs again. Two workers
// do not see each other's records either. Work that must not happen twice
// belongs to a store with a database behind it.
//
// Records that are past their retention count as absent, but take up memory
// until they are claimed again or [Store.Sweep] deletes them. What goes in and
// comes out is copied; callers may change it. When the clock goes back, leases
// last longer by as much, and no work is taken over early.
package memstore
