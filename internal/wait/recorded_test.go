package wait_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

type record struct {
	Found bool
	Value int
}

// recorded records 42, or what the run has recorded before, twice.
func recorded(ctx workflow.Context) ([]record, error) {
	var got []record
	for range 2 {
		value, found := wait.Recorded(ctx, "answer", func() any { return 42 })
		r := record{Found: found}
		if found {
			if err := value.Get(&r.Value); err != nil {
				return nil, err
			}
		}
		got = append(got, r)
	}
	return got, workflow.Sleep(ctx, time.Minute)
}

// A run that came this way without the marker goes on without it; with the marker
// it has the recorded value, whatever would be recorded now.
func TestRecorded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		marker bool
		want   record
	}{
		"with the marker":    {true, record{true, 7}},
		"without the marker": {false, record{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "recorded")
			if c.marker {
				h.MutableSideEffect("answer", 1, 7)
			}
			timer := h.TimerStarted(time.Minute)
			h.TimerFired(timer).Task()
			var got []record
			h.Result(&got, recorded)
			require.Equal(t, []record{c.want, c.want}, got)
		})
	}
	t.Run("in the first run", func(t *testing.T) {
		t.Parallel()
		env := testenv.New()
		env.ExecuteWorkflow(recorded)
		var got []record
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, []record{{true, 42}, {true, 42}}, got)
	})
}

// In the first run a panic is none about a missing marker.
func TestRecordedLetsPanicsThrough(t *testing.T) {
	t.Parallel()
	in(t, func(ctx workflow.Context) {
		wrong := func() any {
			//archtest:panic that is what is tested
			panic("no answer")
		}
		require.PanicsWithValue(t, "no answer", func() { wait.Recorded(ctx, "answer", wrong) })
	})
}

// broken panics whenever something is recorded, as a codec does that fails.
type broken struct {
	interceptor.WorkerInterceptorBase
	with error
}

type (
	brokenIn struct {
		interceptor.WorkflowInboundInterceptorBase
		with error
	}
	brokenOut struct {
		interceptor.WorkflowOutboundInterceptorBase
		with error
	}
)

func (b *broken) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &brokenIn{interceptor.WorkflowInboundInterceptorBase{Next: next}, b.with}
}

func (b *brokenIn) Init(out interceptor.WorkflowOutboundInterceptor) error {
	return b.Next.Init(&brokenOut{interceptor.WorkflowOutboundInterceptorBase{Next: out}, b.with})
}

func (b *brokenOut) MutableSideEffect(
	workflow.Context, string, func(workflow.Context) any, func(a, b any) bool,
) converter.EncodedValue {
	//archtest:panic as a codec that fails
	panic(b.with)
}

// A codec that fails in a replay says nothing about the marker: the workflow task
// fails, and the run does not go another way.
func TestRecordedByACodecThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		with error
		want string
	}{
		"an outage":           {&wait.CodecError{Verb: "encode", Err: errors.New("key service is down")}, "key service is down"},
		"it asks for failure": {&WorkflowTaskFailureError{errors.New("vault is sealed")}, "vault is sealed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "recorded")
			timer := h.TimerStarted(time.Minute)
			h.TimerFired(timer).Task()
			require.ErrorContains(t, h.Replay(recorded, &broken{with: c.with}), c.want)
		})
	}
}

// WorkflowTaskFailureError has the name of a type of the SDK since version 1.51.
type WorkflowTaskFailureError struct{ error }

// What is recorded is compared by value, so that the same is not recorded again.
func TestSame(t *testing.T) {
	t.Parallel()
	type answer struct{ N int }
	require.True(t, wait.Same(answer{1}, answer{1}))
	require.False(t, wait.Same(answer{1}, answer{2}))
}

// Only panics that are there to fail the workflow task go on, wrapped or not.
func TestFailTask(t *testing.T) {
	t.Parallel()
	outage := &wait.CodecError{Verb: "decode", Err: errors.New("down")}
	asks := &WorkflowTaskFailureError{errors.New("down")}
	for name, c := range map[string]struct {
		value  any
		panics bool
	}{
		"an outage":                    {outage, true},
		"an outage, wrapped":           {fmt.Errorf("the message: %w", outage), true},
		"an error that asks":           {asks, true},
		"an error that asks, wrapped":  {fmt.Errorf("the message: %w", asks), true},
		"another error":                {errors.New("index out of range"), false},
		"a text":                       {"index out of range", false},
		"a text with the name of such": {".WorkflowTaskFailureError", false},
		"nothing":                      {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.panics {
				require.PanicsWithValue(t, c.value, func() { wait.RethrowTaskFailure(c.value) })
			} else {
				require.NotPanics(t, func() { wait.RethrowTaskFailure(c.value) })
			}
		})
	}
}

// An outage says what failed and keeps its cause.
func TestOutage(t *testing.T) {
	t.Parallel()
	down := errors.New("key service is down")
	o := &wait.CodecError{Verb: "decode", Err: down}
	require.ErrorIs(t, o, down)
	require.EqualError(t, o,
		"signals: the payload codec could not decode in workflow code; the workflow task is retried until it can: key service is down")
}
