package idempotency_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// badly is a result that may be hard to keep.
type badly struct {
	Fail  badJSON
	Bytes []byte
}

type badJSON bool

func (b badJSON) MarshalJSON() ([]byte, error) {
	if b {
		return nil, errors.New("it cannot be encoded")
	}
	return []byte("false"), nil
}

func (*badJSON) UnmarshalJSON([]byte) error { return nil }

func TestResultThatCannotBeStored(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]badly{"not encodable": {Fail: true}, "too large": {Bytes: make([]byte, 3<<20)}} {
		r := newFixture(t)
		for range 2 {
			_, err := idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (badly, error) { r.calls++; return result, nil },
				idempotency.ActivityOptions{})
			require.Equal(t, idempotency.ReasonNoResult, reasonOf(err), "%s: %v", name, err)
		}
		require.Equal(t, 1, r.calls, "the effect is not repeated")
	}
}

// oneWay can be encoded, and is another value when it is decoded.
type oneWay struct{ amount int }

func (o oneWay) MarshalText() ([]byte, error) { return []byte{byte('0' + o.amount)}, nil }

// tree refers to itself, and is encoded as it is.
type tree struct {
	At       time.Time
	Raw      json.RawMessage
	Amount   *int64
	Children map[string][]tree
	Hidden   any `json:"-"`
	inner    any
}

// A result that a replay could not return as it was is refused before the worker
// starts, or before the work is done.
func TestResultsThatCannotBeReplayed(t *testing.T) {
	t.Parallel()
	g := newFixture(t).guard
	requireRefused(t, "interface {} does not say", func() { wrapped[any](g) })
	requireRefused(t, "interface {} does not say", func() { wrapped[map[string]any](g) })
	requireRefused(t, "field Sides: idempotency_test.shape does not say", func() { wrapped[[]struct{ Sides *shape }](g) })
	requireRefused(t, "oneWay has MarshalText, and no UnmarshalText", func() { wrapped[[2]oneWay](g) })
	requireRefused(t, "cannot be encoded", func() { wrapped[struct{ F func() }](g) })
	requireRefused(t, "cannot be encoded", func() { wrapped[chan int](g) })
	require.NotPanics(t, func() {
		wrapped[int](g)
		wrapped[tree](g)
		wrapped[*tree](g)
		wrapped[[]byte](g)
		wrapped[struct{}](g)
		wrapped[converter.RawValue](g)
	})
	calls := 0
	_, err := idempotency.Do(t.Context(), g, "work", "k", func(context.Context) (any, error) { calls++; return 1, nil },
		idempotency.ActivityOptions{})
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(err))
	_, err = idempotency.Do(t.Context(), g, "work", "k", func(ctx context.Context) (int, error) {
		_, err := idempotency.Step(ctx, "part", func(context.Context) (map[string]any, error) { calls++; return nil, nil })
		return 1, err
	}, idempotency.ActivityOptions{})
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(err))
	require.Zero(t, calls)
	require.Nil(t, tree{}.inner)
}

type shape interface{ Area() float64 }

func wrapped[Out any](g *idempotency.Guard) {
	idempotency.Wrap(g, func(context.Context, int) (out Out, err error) { return out, nil }, idempotency.ActivityOptions{})
}

// requireRefused requires a panic whose text says why.
func requireRefused(t *testing.T, why string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		require.Contains(t, recover(), why)
	}()
	f()
}

// dynamic has an activity whose result is of no certain type.
type dynamic struct{ calls int }

func (d *dynamic) Look(context.Context, order) (map[string]any, error) {
	d.calls++
	return map[string]any{"id": int64(9007199254740993)}, nil
}

// What was kept is handed on as it is by Register and by the interceptor, digit for
// digit.
func TestInterfaceResultsAreReturnedAsStored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]converter.DataConverter{
		"plain":     nil,
		"encrypted": converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), scrambled{new(byte)}),
	} {
		for _, registered := range []bool{true, false} {
			guard, d := newGuard(c), &dynamic{}
			calls := map[string]idempotency.ActivityOptions{"Look": {Key: byOrder}}
			env := testenv.New(guard.Interceptor(calls))
			if registered {
				env = testenv.New()
				require.NoError(t, idempotency.Register(env, guard, d, calls))
			} else {
				env.RegisterActivityWithOptions(d.Look, activity.RegisterOptions{Name: "Look"})
			}
			if c != nil {
				env.SetDataConverter(c)
			}
			env.ExecuteWorkflow(func(ctx workflow.Context) (all []json.RawMessage, err error) {
				for range 2 {
					var got json.RawMessage
					ctx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
					if err := workflow.ExecuteActivity(ctx, "Look", o1).Get(ctx, &got); err != nil {
						return nil, err
					}
					all = append(all, got)
				}
				return all, nil
			})
			var all []json.RawMessage
			require.NoError(t, env.GetWorkflowResult(&all), name)
			require.Equal(t, `{"id":9007199254740993}`, string(all[0]))
			require.Equal(t, string(all[0]), string(all[1]))
			require.Equal(t, 1, d.calls)
		}
	}
}
