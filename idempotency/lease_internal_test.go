package idempotency

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A lease until the deadline is as long as the time that is left when it is taken
// or renewed, and a claim that waits in a database waits for less.
func TestLeases(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	l := leaseOf(ctx)
	require.LessOrEqual(t, l.fromNow(), time.Minute)
	require.Greater(t, l.fromNow(), 50*time.Second)
	l.end = l.end.Add(-30 * time.Second) // half a minute has passed
	require.LessOrEqual(t, l.fromNow(), 30*time.Second)
	l.end = l.end.Add(-time.Hour)
	require.Equal(t, leastLease, l.fromNow())
	require.Equal(t, defaultLease, leaseOf(t.Context()).fromNow())

	guard := NewGuard(nil, nil, Options{})
	x := guard.execution(ctx, nil, &Call{}, Digest{}, Info{})
	require.LessOrEqual(t, x.queued(ctx).Lease, 58*time.Second)
	claimed := x.claimed().Lease
	require.LessOrEqual(t, x.queued(ctx).Lease, claimed/2)
	x.lease = lease{}
	require.Positive(t, x.queued(ctx).Lease)
}

// What cannot succeed is not tried again.
func TestHopeless(t *testing.T) {
	t.Parallel()
	require.True(t, hopeless(small("result", make([]byte, MaxResult+1))))
	require.True(t, hopeless(Final{State: Done, Result: make([]byte, MaxResult+1)}.Validate()))
	require.True(t, hopeless(ErrLeaseLost))
	require.False(t, hopeless(context.DeadlineExceeded))
}
