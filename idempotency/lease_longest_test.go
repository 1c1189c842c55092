package idempotency

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

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
