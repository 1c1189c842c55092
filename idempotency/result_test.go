package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// tenant is a context propagator: its value chooses the key of perTenant.
type tenant struct{}

func (tenant) Inject(context.Context, workflow.HeaderWriter) error              { return nil }
func (tenant) InjectFromWorkflow(workflow.Context, workflow.HeaderWriter) error { return nil }
func (tenant) Extract(ctx context.Context, _ workflow.HeaderReader) (context.Context, error) {
	return context.WithValue(ctx, tenant{}, true), nil
}

func (tenant) ExtractToWorkflow(ctx workflow.Context, _ workflow.HeaderReader) (workflow.Context, error) {
	return workflow.WithValue(ctx, tenant{}, true), nil
}

// perTenant encrypts when the context says for whom, and leaves unencrypted else, as
// data converters do that are aware of their context.
type perTenant struct {
	converter.DataConverter
	encrypting converter.DataConverter
}

func (p perTenant) WithContext(ctx context.Context) converter.DataConverter {
	if ctx.Value(tenant{}) == nil {
		return p.DataConverter
	}
	return p.encrypting
}

func (p perTenant) WithWorkflowContext(ctx workflow.Context) converter.DataConverter {
	if ctx.Value(tenant{}) == nil {
		return p.DataConverter
	}
	return p.encrypting
}

// A data converter that takes its key from the context gets the context of the
// activity: nothing is kept, or told Temporal, unencrypted.
func TestContextAwareConverter(t *testing.T) {
	t.Parallel()
	for _, wrapped := range []bool{true, false} {
		r := newFixture(t)
		plain := converter.GetDefaultDataConverter()
		secret := perTenant{plain, converter.NewCodecDataConverter(plain, scrambled{new(byte)})}
		r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: secret})
		charge := func(ctx context.Context, o order) (order, error) {
			r.calls++
			return idempotency.Step(ctx, "one", func(context.Context) (order, error) { return order{ID: "a secret", Cents: o.Cents}, nil })
		}
		env := testenv.New()
		if wrapped {
			charge = idempotency.Wrap(r.guard, charge, idempotency.ActivityOptions{Key: byOrder})
		} else {
			env = testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {Key: byOrder}}))
		}
		env.SetDataConverter(secret)
		env.SetContextPropagators([]workflow.ContextPropagator{tenant{}})
		env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: "same", StartToCloseTimeout: time.Minute})
			for range 2 {
				var got order
				require.NoError(t, workflow.ExecuteActivity(ctx, "Charge", o1).Get(ctx, &got))
				require.Equal(t, order{"a secret", 10}, got)
			}
			return nil
		})
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, 1, r.calls)
		all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
		require.NoError(t, err)
		require.NotEmpty(t, all[0].Result)
		require.NotContains(t, string(all[0].Result)+string(all[0].Progress), "secret")
		require.NotContains(t, string(all[0].Result)+string(all[0].Progress), "YSBzZWNyZXQ", "nor in base64")
	}
}

// flaky is a codec whose key service is down for so many calls.
type flaky struct{ encodes, decodes int }

func (f *flaky) Encode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	if f.encodes--; f.encodes >= 0 {
		return nil, errors.New("the key service is down")
	}
	return all, nil
}

func (f *flaky) Decode(all []*commonpb.Payload) ([]*commonpb.Payload, error) {
	if f.decodes--; f.decodes >= 0 {
		return nil, errors.New("the key service is down")
	}
	return all, nil
}

// A key service that is down for a moment costs no result.
func TestFailingCodecIsAskedAgain(t *testing.T) {
	t.Parallel()
	r, codec := newFixture(t), &flaky{encodes: 2}
	encoding := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: encoding})
	got, err := r.do(idempotency.ActivityOptions{}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, got)

	codec.decodes = 1
	_, err = r.do(idempotency.ActivityOptions{}, nil)
	require.Equal(t, idempotency.ReasonNoResult, reasonOf(err))
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.False(t, app.NonRetryable(), "it is there, and can be read later")
	got, err = r.do(idempotency.ActivityOptions{}, nil)
	require.NoError(t, err)
	require.Equal(t, 1, got)

	_, err = idempotency.Do(t.Context(), r.guard, "count", "k", func(context.Context) (order, error) { return order{}, nil },
		idempotency.ActivityOptions{})
	require.ErrorAs(t, err, &app)
	require.True(t, app.NonRetryable(), "it never was of that type: %v", err)
}

// explosive cannot be encoded in the worst way.
type explosive struct{}

func (explosive) MarshalJSON() ([]byte, error) {
	panic("oops") //archtest:panic plays a user's mistake
}

func (*explosive) UnmarshalJSON([]byte) error { return nil }

// What cannot be encoded is no reason to do the work again, nor to leave a failure
// without an answer.
func TestValuesThatPanic(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	for range 2 {
		_, err := idempotency.Do(t.Context(), r.guard, "explode", "k", func(context.Context) (explosive, error) {
			r.calls++
			return explosive{},
				nil
		}, idempotency.ActivityOptions{})
		require.Equal(t, idempotency.ReasonNoResult, reasonOf(err), "%v", err)
	}
	require.Equal(t, 1, r.calls)

	final := temporal.NewNonRetryableApplicationError("declined", "Declined", nil, func() {})
	_, err := r.do(idempotency.ActivityOptions{ReviewAbandoned: true}, final)
	require.Same(t, final, err)
	_, err = r.do(idempotency.ActivityOptions{ReviewAbandoned: true}, nil)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app, "it has failed for good, and no one has to find out")
	require.Equal(t, "Declined", app.Type())
}
