package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

func TestWrongMoney(t *testing.T) {
	t.Parallel()
	const running = orders.State("running")
	p := plan{order: orders.Order{ID: "o", Cents: 42}}
	entry := func(charges, refunds int, cents int64) payments.Entry {
		return payments.Entry{Charges: charges, Refunds: refunds, Cents: cents}
	}
	for _, c := range []struct {
		state orders.State
		entry payments.Entry
		right bool
	}{
		{orders.StateShipped, entry(1, 0, 42), true},
		{orders.StateShipped, entry(1, 0, 41), false},
		{orders.StateShipped, entry(2, 0, 84), false},
		{orders.StateShipped, entry(0, 0, 0), false},
		{orders.StateRefunded, entry(1, 1, 0), true},
		{orders.StateRefunded, entry(1, 1, 2), false},
		{orders.StateRefunded, entry(1, 0, 42), false},
		{orders.StateRefused, entry(0, 0, 0), true},
		{orders.StateRefused, entry(1, 1, 0), false},
		{running, entry(0, 0, 0), true},
		{running, entry(1, 0, 42), true},
		{running, entry(1, 0, 4200), false},
		{running, entry(2, 1, 42), false},
		{running, entry(0, 1, -42), false},
	} {
		wrong := wrongMoney(p, c.state != running, orders.Result{State: c.state}, c.entry)
		require.Equal(t, c.right, wrong == "", "%s, %+v: %s", c.state, c.entry, wrong)
	}
	require.Equal(t, "order o of 42 cents is shipped, was charged 1 times and paid back 0 times, and 41 cents are left",
		wrongMoney(p, true, orders.Result{State: orders.StateShipped}, entry(1, 0, 41)))
}

func TestLostOrdersAndRefusalsAreViolations(t *testing.T) {
	t.Parallel()
	r := start(t, "-orders 2")
	r.record.refused[itemsOnce] = []string{"large0: HTTP 401: sign in first"}
	var out bytes.Buffer
	require.ErrorContains(t, r.report(t.Context(), &out), "2 of 6 promises were broken")
	for promise, counts := range map[string]string{allEnd: "2 +2", itemsOnce: "1 +1", paidOnce: "2 +0", asDecided: "0 +0", allReplay: "0 +0"} {
		require.Regexp(t, promise+` +`+counts+`\n`, out.String())
	}
	require.Contains(t, out.String(), "    order "+r.plans()[0].order.ID+" has not ended: unknown to the server\n")
	require.Contains(t, out.String(), "    the API refused it: large0: HTTP 401: sign in first\n")

	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	out.Reset()
	require.ErrorIs(t, r.report(ctx, &out), context.Canceled)
	require.Empty(t, out.String())
}
