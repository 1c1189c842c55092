package intervention_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// firstWork is the key of the first work of a scenario.
const firstWork = "default-test-workflow-id/default-test-run-id/charge/1"

// attemptLate makes one more attempt of the first work, as a worker does that comes late.
func (s *scenario) attemptLate() error {
	_, err := s.kit.Attempt(func(ctx context.Context) (receipt, error) {
		return idempotency.Do(ctx, s.kit.Guard, "intervention.Charge", firstWork, func(ctx context.Context) (receipt, error) {
			return s.bank.charge(ctx, order{Card: "4711", Amount: 100})
		}, s.options)
	})
	return err
}

func (s *scenario) record(t *testing.T, work string) driver.Record {
	t.Helper()
	r, err := s.kit.Guard.Record(context.Background(), s.kit.Guard.BusinessKey("default-test-namespace", "intervention.Charge", work))
	require.NoError(t, err)
	return r
}

// failsFirst is a bank whose first calls, as many as n, have no effect and do not answer.
func failsFirst(n int) func(int, order) (bool, error) {
	return func(call int, _ order) (bool, error) {
		if call <= n {
			return false, errTimeout
		}
		return true, nil
	}
}

// Whatever people decide, the record of work that is not tried again is finished.
func TestALateAttemptDoesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		decide  func(*testing.T, *scenario)
		charged int
	}{
		"after giving up": {
			decide: func(_ *testing.T, s *scenario) { s.people.Reject(time.Hour, "charge-1", "ops") }, charged: 0,
		},
		"after a restart": {
			decide: func(t *testing.T, s *scenario) {
				s.edit(t, time.Hour, "charge-1", func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 90 })
			},
			charged: 90,
		},
		"after a result of people": {
			decide: func(t *testing.T, s *scenario) {
				s.edit(t, time.Hour, "charge-1", func(q *question) { q.Action, q.Result = intervention.ActionUseResult, &receipt{} })
			},
			charged: 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, failsFirst(2))
			c.decide(t, s)
			_, _ = s.run(t)
			require.Equal(t, c.charged, s.bank.total())

			_ = s.attemptLate()
			require.Equal(t, c.charged, s.bank.total(), "the late attempt has no effect")
		})
	}
}

// The work was done and Temporal did not get the result: the record has it.
func TestWorkThatIsDoneAsksNoOne(t *testing.T) {
	t.Parallel()
	s := newScenario(t, failsFirst(2))
	started := 0
	s.env.SetOnActivityStartedListener(func(*activity.Info, context.Context, converter.EncodedValues) {
		if started++; started == 3 { // it looks at the record
			require.NoError(t, s.attemptLate())
		}
	})
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 100, got.Amount)
	require.Empty(t, s.people.Status().Gates)
}

// The work turns out to be done while people decide.
func TestTheResultOfWorkIsKept(t *testing.T) {
	t.Parallel()
	for name, decide := range map[string]func(*testing.T, *scenario){
		"when people give up":       func(_ *testing.T, s *scenario) { s.people.Reject(2*time.Hour, "charge-1", "ops") },
		"when people retry":         func(_ *testing.T, s *scenario) { s.approve(2*time.Hour, "charge-1") },
		"when no one decides":       func(*testing.T, *scenario) {},
		"when people give a result": func(t *testing.T, s *scenario) { s.edit(t, 2*time.Hour, "charge-1", giveResult) },
		"when people correct it, and then use its result": func(t *testing.T, s *scenario) {
			s.edit(t, 2*time.Hour, "charge-1", func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 90 })
			s.env.RegisterDelayedCallback(func() {
				asked := s.question(t, "charge-2")
				require.Equal(t, intervention.EffectDone, asked.Effect)
				require.Equal(t, &receipt{Number: "r-4711", Amount: 100}, asked.Result)
			}, 3*time.Hour)
			s.approve(4*time.Hour, "charge-2")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, failsFirst(2))
			s.env.RegisterDelayedCallback(func() { require.NoError(t, s.attemptLate()) }, time.Hour)
			decide(t, s)
			got, err := s.run(t)
			require.NoError(t, err)
			require.Equal(t, receipt{Number: "r-4711", Amount: 100}, got)
			require.Equal(t, 100, s.bank.total())
		})
	}
}

func giveResult(q *question) {
	q.Action, q.Result = intervention.ActionUseResult, &receipt{Number: "by telephone", Amount: 1}
}

// Work that is done can be done once more, by an explicit decision.
func TestRestartOfWorkThatIsDone(t *testing.T) {
	t.Parallel()
	s := newScenario(t, failsFirst(2))
	s.env.RegisterDelayedCallback(func() { require.NoError(t, s.attemptLate()) }, time.Hour)
	restart := func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 90 }
	s.edit(t, 2*time.Hour, "charge-1", restart)
	s.edit(t, 4*time.Hour, "charge-2", restart)
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 90, got.Amount)
	require.Equal(t, 190, s.bank.total())
}

// A decision that work had no effect is about the attempt that people have seen.
func TestAReviewCountsForTheAttemptThatPeopleHaveSeen(t *testing.T) {
	t.Parallel()
	s := newScenario(t, failsFirst(1))
	s.options = idempotency.ActivityOptions{ReviewAbandoned: true}
	s.env.RegisterDelayedCallback(func() { // an operator resolves it, and another attempt needs review too
		r := s.record(t, firstWork)
		key := s.kit.Guard.BusinessKey("default-test-namespace", "intervention.Charge", firstWork)
		require.NoError(t, s.kit.Guard.Retry(context.Background(), key, r.Fence))
		s.kit.Store.Crash()
		_ = s.attemptLate() // it charges, and its worker is killed
		s.kit.Store.Recover()
		s.kit.Clock.Advance(time.Hour)
	}, time.Hour)
	s.approve(2*time.Hour, "charge-1")
	s.people.Reject(4*time.Hour, "charge-2", approvaltest.Actor("ops").ID)
	_, err := s.run(t)
	reason, _ := intervention.ReasonOf(err)
	require.Equal(t, intervention.ReasonGivenUp, reason)
	require.Equal(t, 100, s.bank.total(), "the approval of charge-1 does not repeat what it has not seen")
}
