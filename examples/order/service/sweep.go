package service

import (
	"context"
	"log/slog"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

const (
	sweepEach = time.Hour
	sweepMost = 1000 // records by one statement
)

// sweep deletes records that nobody needs any more, now and each hour, until ctx
// ends. Any number of workers may do so.
func sweep(ctx context.Context, store driver.Store, log *slog.Logger) {
	s, ok := store.(driver.Sweeper)
	if !ok {
		return // it expires by itself
	}
	tick := time.NewTicker(sweepEach)
	defer tick.Stop()
	for {
		n, err := s.Sweep(ctx, sweepMost)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("records that have expired are not deleted; the next try is in an hour", "error", err)
		case n == sweepMost:
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
