// Package idempotencytest tests guarded activities of your own: what becomes of
// them when a worker is killed, when a store fails, and when time passes.
//
//	kit := idempotencytest.New()
//	charge := idempotency.Wrap(kit.Guard, payments.Charge, idempotency.ActivityOptions{PassThrough: true})
//
//	kit.RequireIdempotent(t, ledger.Charges, charge, order)
//
//	// with a kit of its own: the worker dies after the effect, and its lease passes
//	_, err := kit.CrashAfterEffect(charge, order)
//	require.Equal(t, 1, ledger.Charges())
//
// A [Store] fails on demand: before or after a call has taken effect,
// slowly, or at random by a seed. It can be listed and resolved as the store inside can.
package idempotencytest
