package idempotencytest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// A TB stands for a *testing.T, a *testing.B or a *rapid.T.
type TB interface {
	require.TestingT
	Helper()
}

// A Kit tests guarded activities on a store in memory that can fail, with a clock of its own.
type Kit struct {
	Store *Store
	Clock *Clock
	Guard *idempotency.Guard
}

// New returns a Kit, whose guard has the SDK's data converter.
func New() Kit {
	clock := NewClock()
	store := NewStore(memstore.New(memstore.Options{Now: clock.Now}))
	return Kit{Store: store, Clock: clock, Guard: idempotency.NewGuard(store,
		idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})}
}

// Attempt runs fn, a guarded activity, as one more attempt at the same execution,
// in a test environment of its own. The attempts of a Kit are numbered from 1 on,
// as Temporal numbers them. The result is nil when there is none.
func (k Kit) Attempt(fn any, args ...any) (converter.EncodedValue, error) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment() // each one begins to count activities at the same number
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&numbered{attempt: k.Store.attempt()}}})
	env.SetExecuteActivitiesInWorkflow(false) // as a standalone activity: its key does not depend on when it was scheduled
	env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Guarded"})
	return env.ExecuteActivity("Guarded", args...)
}

// RequireIdempotent runs a guarded activity two times, as when Temporal has not
// received the first result, and requires that the second attempt returns the same. effects
// counts what has happened: the second one must have none.
func (k Kit) RequireIdempotent(t TB, effects func() int, fn any, args ...any) {
	t.Helper()
	first, err := k.Attempt(fn, args...)
	before := effects()
	second, again := k.Attempt(fn, args...)
	require.Equal(t, before, effects(), "the second attempt has had an effect")
	require.Equal(t, text(t, first), text(t, second), "the second attempt has another result")
	if err == nil {
		require.NoError(t, again, "the second attempt fails")
		return
	}
	require.EqualError(t, again, err.Error(), "the second attempt fails otherwise")
}

func text(t TB, v converter.EncodedValue) string {
	if v == nil || !v.HasValue() {
		return ""
	}
	var raw converter.RawValue
	require.NoError(t, v.Get(&raw))
	return raw.Payload().String()
}

// CrashAfterEffect runs a guarded activity whose worker dies after its effect and
// before its record, lets the lease pass, and returns what the next attempt
// returns. An activity that does not get as far as its record, or has one that a
// Kit does not see, as with idempotency.InTx, is an error: it proves nothing.
func (k Kit) CrashAfterEffect(fn any, args ...any) (converter.EncodedValue, error) {
	k.Store.Crash()
	_, err := k.Attempt(fn, args...) // its result is lost
	killed := k.Store.Recover()
	if killed == 0 {
		return nil, fmt.Errorf("idempotencytest: the activity ended without a record that could be lost, with the error %v; "+
			"give it work that is new to this Kit, guarded by Kit.Guard", err)
	}
	k.Clock.Advance(longest)
	return k.Attempt(fn, args...)
}

// longest exceeds any lease, and not the time for which a record is kept.
const longest = 24 * time.Hour
