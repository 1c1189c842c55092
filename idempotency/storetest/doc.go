// Package storetest is the test that every driver.Store has to pass, and a
// benchmark that lets stores be compared line by line.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Harness {
//			return storetest.Harness{Store: open(t)} // empty, this test's own
//		})
//	}
//
// Each case has a name that says what is promised, and fails with what the
// store has done instead. Cases for driver.Admin and driver.Sweeper
// run when the store is one.
//
// A store whose clock stands still, and goes on when the test says so, is
// tested in a second, and to the nanosecond. On a real clock the cases wait for
// leases to end, a fraction of a second each.
//
// A [Soak] calls a store from several goroutines while a [Proxy] cuts its
// connections and its server crashes, and wants some order of the calls to
// explain all answers.
//
// [PostgreSQL] and [Redis] start the servers that tests of stores need.
//
// The package imports only the standard library and package idempotency, so
// that stores which use it stay as light as they are.
package storetest
