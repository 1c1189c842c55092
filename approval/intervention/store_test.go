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
	s.env.SetOnActivityStartedListener(func(_ *activity.Info, _ context.Context, args converter.EncodedValues) {
		var call struct {
			Step string `json:"step"`
		}
		if args.Get(&call) == nil {
			s.steps = append(s.steps, call.Step)
		}
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
			key := s.kit.Guard.BusinessKey("default-test-namespace", "intervention.Charge", firstWork)
			got, err := s.kit.Store.Claim(context.Background(), driver.Claim{
				Key: key, Owner: driver.Owner{1}, Lease: time.Minute, Retain: time.Hour,
			})
			require.NoError(t, err)
			require.True(t, got.Won)
		},
		5: func() { s.kit.Clock.Advance(time.Minute) },
	})
	s.env.RegisterDelayedCallback(func() { require.Equal(t, intervention.EffectUnknown, s.question(t, "charge-1").Effect) }, 50*time.Minute)
	s.approve(time.Hour, "charge-1")
	_, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 3, s.bank.calls)
	require.Equal(t, []string{"", "", "inspect", "inspect", "inspect", "retry"}, s.steps)
}

// The end of work is not written, and its worker does not notice.
func TestARecordThatWasNotFinished(t *testing.T) {
	t.Parallel()
	s := newScenario(t, failsFirst(2))
	s.beforeActivity(map[int]func(){
		4: s.kit.Store.Crash,
		5: func() { s.kit.Store.Recover(); s.kit.Clock.Advance(time.Hour) },
	})
	s.people.Reject(time.Hour, "charge-1", "ops")
	_, err := s.run(t)
	reason, _ := intervention.ReasonOf(err)
	require.Equal(t, intervention.ReasonGivenUp, reason)
	require.Equal(t, driver.StateFailed, s.record(t, firstWork).State)
	require.Equal(t, []string{"", "", "inspect", "give-up", "give-up"}, s.steps)
}

// A store that does not take the end of work, for good. Do returns the outcome of the work all
// the same.
type refusingStore struct {
	*idempotencytest.Store
	refuses bool
}

func (s *refusingStore) Finish(ctx context.Context, ref driver.Ref, c driver.Completion) error {
	if s.refuses {
		return converter.ErrUnableToEncode // which is not tried again
	}
	return s.Store.Finish(ctx, ref, c)
}

func TestARecordThatCouldNotBeWritten(t *testing.T) {
	t.Parallel()
	for name, decide := range map[string]func(*testing.T, *scenario){
		"when people give up":       func(_ *testing.T, s *scenario) { s.people.Reject(time.Hour, "charge-1", "ops") },
		"when people give a result": func(t *testing.T, s *scenario) { s.edit(t, time.Hour, "charge-1", giveResult) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, failsFirst(2))
			store := &refusingStore{Store: s.kit.Store}
			s.kit.Guard = idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
			s.beforeActivity(map[int]func(){
				4: func() { store.refuses = true },
				5: func() { store.refuses = false; s.kit.Clock.Advance(time.Hour) },
			})
			decide(t, s)
			_, _ = s.run(t)
			require.Len(t, s.steps, 5, "the last step was tried again")
			require.Contains(t, []driver.State{driver.StateFailed, driver.StateCompleted}, s.record(t, firstWork).State)
		})
	}
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
	for name, cancel := range map[string]func(*scenario){
		"of the question": func(s *scenario) { s.env.RegisterDelayedCallback(s.env.CancelWorkflow, time.Hour) },
		"of the activity": func(s *scenario) { s.beforeActivity(map[int]func(){1: s.env.CancelWorkflow}) },
		"of an activity, though no one has canceled it": func(s *scenario) {
			s.bank.answer = func(int, order) (bool, error) { return false, temporal.NewCanceledError() }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, timesOut(2))
			s.request.NeedsPerson = func(error) bool { return true }
			cancel(s)
			_, err := s.run(t)
			require.True(t, temporal.IsCanceledError(err))
			_, ours := intervention.ReasonOf(err)
			require.False(t, ours)
		})
	}
}
