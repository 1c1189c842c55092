// Package idempotencytest tests guarded activities of your own: what becomes of
// them when a worker is killed, when a store fails, and when time passes.
//
//	clock := idempotencytest.NewClock()
//	store := idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now}))
//	guard := idempotency.NewGuard(store, nil, idempotency.Options{})
//
//	store.Kill()                 // the worker dies after the effect
//	_, _ = env.ExecuteActivity(charge, order)
//	store.Revive()
//	clock.Advance(time.Hour)     // its lease is over
//	_, err := env.ExecuteActivity(charge, order)
//	require.Equal(t, 1, ledger.Charges(order.ID))
package idempotencytest
