package intervention_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// timesOut is a bank whose first calls, as many as n, charge and do not answer.
func timesOut(n int) func(int, order) (bool, error) {
	return func(call int, _ order) (bool, error) {
		if call <= n {
			return true, errTimeout
		}
		return true, nil
	}
}

func TestNoFailureAsksNoOne(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(0))
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, receipt{Number: "r-4711", Amount: 100}, got)
	require.Empty(t, s.people.Status().Gates)
}

func TestQuestion(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(2))
	s.env.RegisterDelayedCallback(func() {
		require.Equal(t, "Charge has failed", s.people.Gate("charge-1").Title)
		require.Equal(t, question{
			Activity: "Charge", Failure: errTimeout.Error(), Effect: intervention.EffectUnknown,
			Action: intervention.ActionRetry, Input: order{Card: "4711", Amount: 100},
		}, s.question(t, "charge-1"))
	}, time.Hour)
	s.approve(2*time.Hour, "charge-1")
	_, err := s.run(t)
	require.NoError(t, err)
}

func TestRetryHasTheSameIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(4))
	s.approve(time.Hour, "charge-1")
	s.approve(2*time.Hour, "charge-2")
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 100, got.Amount)
	require.Equal(t, 5, s.bank.calls, "two attempts for each try that fails")
	require.Len(t, s.bank.charges, 1, "one key, so the bank has charged once")
}

func TestRetryAfterAFailureThatIsFinal(t *testing.T) {
	t.Parallel()
	s := newScenario(t, func(call int, _ order) (bool, error) {
		if call == 1 {
			return false, declined()
		}
		return true, nil
	})
	s.request.NeedsPerson = func(err error) bool { _, ok := retry.ReasonOf(err); return ok }
	s.env.RegisterDelayedCallback(func() {
		require.Equal(t, intervention.EffectNone, s.question(t, "charge-1").Effect)
	}, time.Hour)
	s.edit(t, 2*time.Hour, "charge-1", func(q *question) { q.Input.Card = "4712" })
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, receipt{Number: "r-4712", Amount: 100}, got)
	require.Equal(t, 100, s.bank.total())
}

func TestAFinalFailureIsReturnedByDefault(t *testing.T) {
	t.Parallel()
	s := newScenario(t, func(int, order) (bool, error) { return false, declined() })
	_, err := s.run(t)
	require.ErrorContains(t, err, "the card is unknown")
	require.Empty(t, s.people.Status().Gates)
}

func TestRestart(t *testing.T) {
	t.Parallel()
	s := newScenario(t, func(call int, _ order) (bool, error) {
		if call <= 2 {
			return false, errTimeout // it had no effect, and the guard cannot know
		}
		return true, nil
	})
	s.edit(t, time.Hour, "charge-1", func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 90 })
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, receipt{Number: "r-4711", Amount: 90}, got)
	require.Equal(t, 90, s.bank.total())
}

func TestUseResult(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(2))
	want := receipt{Number: "found by telephone", Amount: 100}
	s.edit(t, time.Hour, "charge-1", func(q *question) { q.Action, q.Result = intervention.ActionUseResult, &want })
	got, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, 2, s.bank.calls)
}

func TestGiveUp(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct {
		decide func(*scenario)
		state  policy.State
	}{
		"by a rejection": {
			decide: func(s *scenario) { s.people.Reject(time.Hour, "charge-1", "ops") }, state: policy.StateRejected,
		},
		"after the deadline": {decide: func(*scenario) {}, state: policy.StateExpired},
		"by a manager who withdraws the question": {
			decide: func(s *scenario) {
				s.request.Managers.Users = []string{"boss"}
				s.people.Change(time.Hour, "charge-1", approvalclient.Change{
					Actor: approvaltest.Actor("boss"), Kind: approvalclient.ChangeWithdraw, Comment: "the customer has paid in cash",
				})
			},
			state: policy.StateWithdrawn,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, timesOut(2))
			end.decide(s)
			_, err := s.run(t)
			require.Empty(t, s.people.RefusalErrors())
			reason, ok := intervention.ReasonOf(err)
			require.True(t, ok)
			require.Equal(t, intervention.ReasonGivenUp, reason)
			require.ErrorContains(t, err, `gate "charge-1" is `+string(end.state))
			require.ErrorContains(t, err, errTimeout.Error(), "the last failure is the cause")
		})
	}
}

func TestWorkThatNeedsReview(t *testing.T) {
	t.Parallel()
	s := newScenario(t, func(call int, _ order) (bool, error) {
		if call <= 2 {
			return false, errTimeout
		}
		return true, nil
	})
	s.options = idempotency.ActivityOptions{ReviewAbandoned: true}
	s.approve(time.Hour, "charge-1") // "it had no effect"
	s.approve(2*time.Hour, "charge-2")
	_, err := s.run(t)
	require.NoError(t, err)
	require.Equal(t, 3, s.bank.calls, "one call for each decision of people")
	require.Equal(t, 100, s.bank.total())
}

func TestMaxQuestions(t *testing.T) {
	t.Parallel()
	s := newScenario(t, timesOut(100))
	s.request.MaxQuestions = 2
	s.approve(time.Hour, "charge-1")
	s.approve(2*time.Hour, "charge-2")
	_, err := s.run(t)
	require.ErrorContains(t, err, errTimeout.Error())
	require.Len(t, s.people.Status().Gates, 2)
	require.Equal(t, 6, s.bank.calls)
}
