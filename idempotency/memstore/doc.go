// Package memstore keeps the records of package idempotency in memory: for
// tests, for examples, and for programs whose work need not be remembered when
// they end.
//
//	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
//
// A [Store] implements driver.Store, driver.Admin and driver.Sweeper, and passes package
// storetest. It does not outlive its process: after a crash or a deployment there are no
// records, and all work runs again. Two workers do not see each other's records. For work
// that must not happen twice, use a store with a database.
//
// Records that are past their retention count as absent, but take up memory
// until they are claimed again or [Store.Sweep] deletes them. The store copies
// what it gets and returns, so callers may change it. When the clock goes back, leases last
// longer by as much, and no work is taken over early.
package memstore
