package trace_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/trace"
)

// A tracer counts spans. It has no span of the run or of the attempt.
type tracer struct {
	interceptor.BaseTracer
	spans atomic.Int64
	err   error
}

func (*tracer) Options() interceptor.TracerOptions { return interceptor.TracerOptions{} }

func (*tracer) ContextWithSpan(ctx context.Context, _ interceptor.TracerSpan) context.Context {
	return ctx
}

func (*tracer) MarshalSpan(interceptor.TracerSpan) (map[string]string, error) { return nil, nil }

func (*tracer) UnmarshalSpan(map[string]string) (interceptor.TracerSpanRef, error) { return nil, nil }

func (*tracer) SpanFromContext(context.Context) interceptor.TracerSpan { return nil }

func (t *tracer) StartSpan(o *interceptor.TracerStartSpanOptions) (interceptor.TracerSpan, error) {
	if o.Parent != nil {
		return nil, errors.New("there is no parent")
	}
	t.spans.Add(1)
	return span{}, t.err
}

type span struct{}

func (span) Finish(*interceptor.TracerFinishSpanOptions) {}

// work records one span in the workflow and one in its activity.
func work(ctx workflow.Context) error {
	trace.InWorkflow(ctx, func() trace.Span { return trace.Span{Operation: "Step", Start: workflow.Now(ctx)} })
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	return workflow.ExecuteActivity(ctx, act).Get(ctx, nil)
}

func act(ctx context.Context) error {
	trace.InActivity(ctx, func() trace.Span { return trace.Span{Operation: "Call", Start: time.Now()} })
	return nil
}

func TestSpansOfWorkflowsAndActivities(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tracer       *tracer
		interceptors func(*tracer) []interceptor.WorkerInterceptor
		want         int64
	}{
		"with a tracer":                     {tracer: &tracer{}, interceptors: traced, want: 2},
		"with a tracer that returns errors": {tracer: &tracer{err: errors.New("the exporter is down")}, interceptors: traced, want: 2},
		"without a tracer": {
			tracer: &tracer{}, interceptors: func(*tracer) []interceptor.WorkerInterceptor { return nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New(c.interceptors(c.tracer)...)
			env.RegisterActivity(act)
			env.ExecuteWorkflow(work)
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, c.want, c.tracer.spans.Load())
		})
	}
}

func traced(t *tracer) []interceptor.WorkerInterceptor {
	return []interceptor.WorkerInterceptor{trace.NewInterceptor(t)}
}

func TestReplayHasNoSpan(t *testing.T) {
	t.Parallel()
	wait := func(ctx workflow.Context) (int, error) {
		trace.InWorkflow(ctx, func() trace.Span { return trace.Span{Operation: "Step"} })
		return 1, workflow.Sleep(ctx, time.Minute)
	}
	h := historytest.New(t, "wait")
	timer := h.TimerStarted(time.Minute)
	h.Pass(time.Minute).TimerFired(timer).Task()
	tracer := &tracer{}
	var got int
	h.Result(&got, wait, trace.NewInterceptor(tracer))
	require.Equal(t, 1, got)
	require.Zero(t, tracer.spans.Load())
}
