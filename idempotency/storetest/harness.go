package storetest

import (
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A Harness holds a store under test, and says how time passes for it.
type Harness struct {
	// Store must be empty, and no one else may use it.
	Store driver.Store
	// Advance moves the store's clock, which stands still otherwise: Age and
	// Remaining have to be exact. Nil says that the clock runs; then the cases
	// wait.
	Advance func(d time.Duration)
	// Skew moves the clock of the store's program by d, and not that of the
	// store. Nil leaves out the case that needs it.
	Skew func(d time.Duration)
	// Tick sets the lease of work that a case lets be abandoned, where the clock
	// runs. 0 is [DefaultTick]; on a slow network it has to be longer.
	Tick time.Duration
	// Seed makes the random operations those of an earlier run, which has said
	// it when it failed. 0 takes new ones.
	Seed uint64
}

// DefaultTick says how long cases wait for a lease to end, where the clock runs.
const DefaultTick = 300 * time.Millisecond

// Run tests a store. It calls open once for each case, which are subtests and
// run in parallel; open may use the t that it is given for its own Cleanup.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &run{T: t, Harness: open(t)}
			if r.Tick <= 0 {
				r.Tick = DefaultTick
			}
			c.test(r)
		})
	}
}

// testcase holds one promise.
type testcase struct {
	name string
	test func(*run)
}

func cases() []testcase {
	var all []testcase
	for _, group := range [][]testcase{
		claimCases, leaseCases, fenceCases, finishCases, valueCases, timeCases, raceCases, cancelCases, adminCases, sweepCases, modelCases,
	} {
		all = append(all, group...)
	}
	return all
}
