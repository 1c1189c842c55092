package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// rig is guarded work on a store that can fail, with a clock of its own.
type rig struct {
	t      *testing.T
	clock  *idempotencytest.Clock
	memory *memstore.Store
	store  *idempotencytest.Store // the same, which can fail
	guard  *idempotency.Guard
	kinds  []idempotency.Kind
	calls  int // of the work
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, clock: idempotencytest.NewClock()}
	r.memory = memstore.New(memstore.Options{Now: r.clock.Now})
	r.store = idempotencytest.NewStore(r.memory)
	r.guard = idempotency.NewGuard(r.store, nil, idempotency.Options{
		Observe: func(_ context.Context, e idempotency.Event) { r.kinds = append(r.kinds, e.Kind) },
	})
	return r
}

// newGuard is a guard on a store in memory, with the real clock.
func newGuard(c converter.DataConverter) *idempotency.Guard {
	return idempotency.NewGuard(memstore.New(memstore.Options{}), c, idempotency.Options{})
}

// do does work that returns how often it was done, or err.
func (r *rig) do(c idempotency.Call, err error) (int, error) {
	r.t.Helper()
	return idempotency.Do(r.t.Context(), r.guard, "count", "k", func(context.Context) (int, error) {
		r.calls++
		return r.calls, err
	}, c)
}

// killed does work whose worker dies between the effect and its record.
func (r *rig) killed(c idempotency.Call) {
	r.t.Helper()
	r.store.Kill()
	_, err := r.do(c, nil)
	require.Equal(r.t, idempotency.LeaseLost, idempotency.ReasonOf(err), "nobody hears of it")
	r.store.Revive()
	r.clock.Advance(time.Hour)
}

func TestWorkIsDoneOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		n, err := r.do(idempotency.Call{}, nil)
		require.NoError(t, err)
		require.Equal(t, 1, n, "the first result")
	}
	require.Equal(t, []idempotency.Kind{idempotency.Began, idempotency.Replayed, idempotency.Replayed}, r.kinds)
	r.clock.Advance(8 * 24 * time.Hour)
	n, err := r.do(idempotency.Call{}, nil)
	require.NoError(t, err)
	require.Equal(t, 2, n, "after its retention it is other work")
}

// A worker is killed between the effect and its record.
func TestAfterACrash(t *testing.T) {
	t.Parallel()
	reconcile := func(found idempotency.Found, err error) idempotency.Call {
		return idempotency.Call{Reconcile: func(context.Context, idempotency.Prior) (idempotency.Found, error) { return found, err }}
	}
	down := errors.New("the service is down")
	for name, c := range map[string]struct {
		call    idempotency.Call
		calls   int
		got     int
		refused idempotency.Reason
		err     error
	}{
		"rerun":                         {idempotency.Call{}, 2, 2, "", nil},
		"hold":                          {idempotency.Call{OnAbandoned: idempotency.Hold}, 1, 0, idempotency.Held, nil},
		"it has happened":               {reconcile(idempotency.Happened(7), nil), 1, 7, "", nil},
		"it has never happened":         {reconcile(idempotency.NeverHappened(), nil), 2, 2, "", nil},
		"nobody can say":                {reconcile(idempotency.StillUnknown(), nil), 1, 0, idempotency.Held, nil},
		"the service is down":           {reconcile(idempotency.Found{}, down), 1, 0, "", down},
		"the key is known downstream":   {idempotency.Call{PassThrough: true, DownstreamTTL: 2 * time.Hour}, 2, 2, "", nil},
		"the key is forgotten there":    {idempotency.Call{PassThrough: true, DownstreamTTL: time.Minute}, 1, 0, idempotency.Held, nil},
		"Reconcile comes before a hold": {idempotency.Call{OnAbandoned: idempotency.Hold, Reconcile: reconcile(idempotency.Happened(7), nil).Reconcile}, 1, 7, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.killed(c.call)
			got, err := r.do(c.call, nil)
			require.Equal(t, c.refused, idempotency.ReasonOf(err), "%v", err)
			if c.err != nil {
				require.ErrorIs(t, err, c.err)
			}
			require.Equal(t, c.got, got)
			require.Equal(t, c.calls, r.calls)
			again, err2 := r.do(c.call, nil)
			require.Equal(t, c.got, again, "and so it stays")
			require.Equal(t, err == nil, err2 == nil)
			require.Equal(t, c.calls, r.calls)
		})
	}
}

// What an error says of the effect decides what the next attempt does.
func TestErrors(t *testing.T) {
	t.Parallel()
	plain := errors.New("connection reset")
	for name, c := range map[string]struct {
		call  idempotency.Call
		err   error
		calls int // after a second attempt
		held  bool
	}{
		"unknown":                   {idempotency.Call{}, plain, 2, false},
		"unknown, held":             {idempotency.Call{OnAbandoned: idempotency.Hold}, plain, 1, true},
		"no effect":                 {idempotency.Call{OnAbandoned: idempotency.Hold}, idempotency.NoEffect(plain), 2, false},
		"final":                     {idempotency.Call{}, temporal.NewNonRetryableApplicationError("declined", "Declined", plain, 4200), 1, false},
		"final, held":               {idempotency.Call{OnAbandoned: idempotency.Hold}, temporal.NewNonRetryableApplicationError("declined", "Declined", nil), 1, false},
		"parked by a breaker":       {idempotency.Call{OnAbandoned: idempotency.Hold}, temporal.NewApplicationError("open", "retry.ShortCircuited"), 2, false},
		"a guard further in":        {idempotency.Call{}, temporal.NewNonRetryableApplicationError("x", "idempotency.SameLabel", nil), 2, false},
		"canceled":                  {idempotency.Call{OnAbandoned: idempotency.Hold}, context.Canceled, 1, true},
		"retryable by its own word": {idempotency.Call{}, temporal.NewApplicationError("busy", "Busy"), 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			_, err := r.do(c.call, c.err)
			require.ErrorContains(t, err, c.err.Error()[:5])
			_, second := r.do(c.call, c.err)
			require.Equal(t, c.calls, r.calls)
			require.Equal(t, c.held, idempotency.ReasonOf(second) == idempotency.Held, "%v", second)
			var app *temporal.ApplicationError
			if name == "final" {
				require.ErrorAs(t, second, &app)
				var cents int
				require.NoError(t, app.Details(&cents))
				require.Equal(t, []any{"declined", "Declined", true, 4200, "connection reset"},
					[]any{app.Message(), app.Type(), app.NonRetryable(), cents, app.Unwrap().Error()}, "it is the same failure")
			}
		})
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	for _, c := range []idempotency.Call{{}, {OnAbandoned: idempotency.Hold}} {
		r := newRig(t)
		require.PanicsWithValue(t, "oops", func() {
			//archtest:panic what becomes of work that panics
			_, _ = idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (int, error) { panic("oops") }, c)
		})
		_, err := r.do(c, nil)
		require.Equal(t, c.OnAbandoned == idempotency.Hold, idempotency.ReasonOf(err) == idempotency.Held, "%v", err)
		require.Equal(t, err == nil, r.calls == 1, "without a wait for the lease")
	}
}

// Work that goes on outside is triggered once.
func TestPendingResults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 2 {
		_, err := r.do(idempotency.Call{}, activity.ErrResultPending)
		require.ErrorIs(t, err, activity.ErrResultPending)
	}
	require.Equal(t, 1, r.calls)
}
