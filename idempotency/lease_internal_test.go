package idempotency

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A lease is of seconds, however long the work may take, and shorter than its time.
func TestLeasesAreShort(t *testing.T) {
	t.Parallel()
	for within, want := range map[time.Duration]time.Duration{
		24 * time.Hour: mostLease, time.Minute: mostLease, 8 * time.Second: 4 * time.Second, time.Second: leastLease, -time.Second: leastLease,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		require.InDelta(t, want, leaseOf(ctx), float64(100*time.Millisecond), "of %s", within)
		cancel()
	}
	require.Equal(t, mostLease, leaseOf(t.Context()))
}

// Waiting is of seconds, and leaves time to say so.
func TestPatienceIsShort(t *testing.T) {
	t.Parallel()
	for within, want := range map[time.Duration]time.Duration{
		24 * time.Hour: mostPatience, 10 * time.Second: 8 * time.Second,
		time.Second: 750 * time.Millisecond,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		require.InDelta(t, want, patienceOf(ctx), float64(100*time.Millisecond), "of %s", within)
		cancel()
	}
	require.Equal(t, mostPatience, patienceOf(t.Context()))
}

// A record outlasts the work that it is of.
func TestRetentionOutlastsTheWork(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	require.Equal(t, leastRetain, (&ActivityOptions{Retain: time.Second}).retain(t.Context()))
	require.Greater(t, (&ActivityOptions{Retain: time.Second}).retain(ctx), time.Hour+50*time.Minute)
	require.Equal(t, defaultRetain, (&ActivityOptions{}).retain(t.Context()))
}

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	t.Parallel()
	require.True(t, isPermanent(checkSize("result", make([]byte, driver.MaxResultBytes+1))))
	require.True(t, isPermanent(driver.ErrLeaseLost))
	require.False(t, isPermanent(context.DeadlineExceeded))
}

// renewals is a store that sends each renewal to a channel.
type renewals struct {
	driver.Store

	sent chan error // that the context of the renewal has
}

func (r renewals) Renew(ctx context.Context, _ driver.Ref, _ driver.Renewal) error {
	r.sent <- ctx.Err()
	return nil
}

// Work that may take forever keeps its lease, as other work does.
func TestLeaseOfTheLongestWorkIsRenewed(t *testing.T) {
	t.Parallel()
	for _, longest := range []time.Duration{math.MaxInt64, math.MaxInt64 / 2, time.Hour} {
		ctx, cancel := context.WithTimeout(t.Context(), longest)
		defer cancel()
		r := renewals{sent: make(chan error, 100)}
		l := &lease{records: r, length: 90 * time.Millisecond, claimed: now()}
		working := l.start(ctx)
		for range 2 {
			select {
			case err := <-r.sent:
				require.NoError(t, err, "work of %s", longest)
			case <-time.After(10 * time.Second):
				require.Fail(t, "no renewal", "work of %s", longest)
			}
		}
		require.NoError(t, working.Err())
		l.stop()
	}
}
