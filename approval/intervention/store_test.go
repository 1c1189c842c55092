package intervention_test

import (
	"cmp"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
)

// beforeActivity calls do before the activity with this number, from 1 on. The first two are
// the attempts at the work, the third one looks at the record.
func (s *scenario) beforeActivity(do map[int]func()) {
	started := 0
	s.env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) {
		if started++; do[started] != nil {
			do[started]()
		}
	})
}

func TestAResultThatCouldNotBeStored(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(0))
	s.bank.number = strings.Repeat("9", driver.MaxResultBytes)
	s.env.RegisterDelayedCallback(func() {
		asked := s.question(t, "charge-1")
		require.Equal(t, intervention.EffectDone, asked.Effect)
		require.Equal(t, intervention.ActionUseResult, asked.Action)
		require.Nil(t, asked.Result)
	}, time.Hour)
	s.approve(2*time.Hour, "charge-1") // it gives no result, so people are asked again
	want := receipt{Number: "found by telephone", Amount: 100}
	s.edit(t, 3*time.Hour, "charge-2", func(q *question) { q.Result = &want })
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, 1, s.bank.calls)
}

// A question shows what is known, so it waits until no attempt is running.
func TestNoQuestionWhileAnAttemptIsRunning(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(2))
	s.beforeActivity(map[int]func(){
		3: func() {
			key := idempotency.BusinessKey("default-test-namespace", "intervention.Charge", firstWork)
			got, err := s.kit.Store.Claim(context.Background(), driver.Claim{
				Key: key, Owner: driver.Owner{1}, Lease: time.Minute, Retain: time.Hour,
			})
			require.NoError(t, err)
			require.True(t, got.Won)
		},
		5: func() { s.kit.Clock.Advance(time.Minute) },
	})
	s.approve(time.Hour, "charge-1")
	_, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 3, s.bank.calls)
}

func TestAStoreThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		op     idempotencytest.Op
		number int // of the activity
		calls  int // that fail; 0 is all
	}{
		"when it looks at the record":     {op: idempotencytest.OpGet, number: 3},
		"when it releases the record":     {op: idempotencytest.OpGet, number: 4},
		"when it finishes the record":     {op: idempotencytest.OpFinish, number: 4, calls: 1},
		"when it reads the record it has": {op: idempotencytest.OpClaim, number: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, failsFirst(2))
			s.beforeActivity(map[int]func(){
				c.number:     func() { s.kit.Store.FailBefore(c.op, cmp.Or(c.calls, 50)) },
				c.number + 1: func() { s.kit.Store.FailBefore(c.op, 0) },
			})
			s.people.Reject(time.Hour, "charge-1", "ops")
			_, err := s.run(t)
			reason, _ := intervention.ReasonOf(err)
			require.Equal(t, intervention.ReasonGivenUp, reason)
			require.Equal(t, driver.StateFailed, s.record(t, firstWork).State)
		})
	}
}

func TestCancellationIsReturned(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(2))
	s.env.RegisterDelayedCallback(s.env.CancelWorkflow, time.Hour)
	_, err := s.run(t)
	require.True(t, temporal.IsCanceledError(err))
}
