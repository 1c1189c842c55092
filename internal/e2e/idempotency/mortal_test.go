package idempotency_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// pause stops this process after its next renewal: in the middle of one it could
// hold a lock, and stop everyone else too.
var (
	pause     = make(chan chan struct{}, 1)
	pauseOnce sync.Once
)

func (m mortal) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	err := m.Store.Renew(ctx, ref, r)
	select {
	case resumed := <-pause:
		continued := make(chan os.Signal, 1)
		signal.Notify(continued, syscall.SIGCONT)
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		<-continued // Kill may return before all threads have stopped
		signal.Stop(continued)
		close(resumed)
	default:
	}
	return m.answer(err)
}

type orderKey struct{}

// mortal is a store whose callers die, and of which answers are lost.
type mortal struct {
	*sqlstore.Store
	lost int // one of so many; 0 is none
}

// answer is what the caller hears of a call that has taken effect.
func (m mortal) answer(err error) error {
	if err == nil && m.lost > 0 && rand.IntN(m.lost) == 0 {
		return errors.New("the answer is lost")
	}
	return err
}

func (m mortal) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	got, err := m.Store.Claim(ctx, c)
	dies(ctx, Claimed)
	return got, m.answer(err)
}

func (m mortal) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	err := m.Store.Finish(ctx, ref, f)
	dies(ctx, Recorded)
	return m.answer(err)
}

func (m mortal) Transact(ctx context.Context, c driver.Claim, run func(context.Context, *sql.Tx, driver.Record) (driver.Completion,
	error),
) (driver.ClaimResult, error) {
	got, err := m.Store.Transact(ctx, c, run)
	dies(ctx, Committed)
	return got, m.answer(err)
}

func (m mortal) Release(ctx context.Context, ref driver.Ref) error {
	return m.answer(m.Store.Release(ctx, ref))
}
