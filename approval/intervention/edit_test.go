package intervention_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// An edit that makes no sense is refused, with a text for people, and the gate stays open.
func TestEditsAreChecked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*question)
		want   string
	}{
		"another activity":         {change: func(q *question) { q.Activity = "Refund" }, want: "cannot be changed"},
		"another failure":          {change: func(q *question) { q.Failure = "none" }, want: "cannot be changed"},
		"another effect":           {change: func(q *question) { q.Effect = intervention.EffectNone }, want: "cannot be changed"},
		"an unknown action":        {change: func(q *question) { q.Action = "wait" }, want: `there is no action "wait"; set it to`},
		"use-result without one":   {change: func(q *question) { q.Action = intervention.ActionUseResult }, want: "needs the result"},
		"use-result and an input":  {change: func(q *question) { giveResult(q); q.Input.Amount = 90 }, want: "takes no other input"},
		"a result that is ignored": {change: func(q *question) { q.Result = &receipt{} }, want: "set the action to use-result"},
		"a retry with another input of work with an unknown effect": {
			change: func(q *question) { q.Input.Amount = 90 }, want: "may have had its effect",
		},
		"an input that the program refuses": {
			change: func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 1000 }, want: "at most 100",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, timesOut(2))
			s.request.ValidateInput = func(o order) error {
				if o.Amount > 100 {
					return errors.New("at most 100")
				}
				return nil
			}
			s.edit(t, time.Hour, "charge-1", c.change)
			s.approve(2*time.Hour, "charge-1")
			_, err := s.run(t)
			require.NoError(t, err, "the second vote decides")
			require.Len(t, s.people.RefusalErrors(), 1)
			require.ErrorContains(t, s.people.RefusalErrors()[0], c.want)
		})
	}
}

func TestEditsOfWorkThatIsDoneAreChecked(t *testing.T) {
	t.Parallel()
	s := newScenario(t, failsFirst(2))
	s.env.RegisterDelayedCallback(func() { require.NoError(t, s.attemptLate()) }, time.Hour)
	s.edit(t, 2*time.Hour, "charge-1", func(q *question) { q.Action, q.Input.Amount = intervention.ActionRestart, 90 })
	s.edit(t, 3*time.Hour, "charge-2", func(q *question) { q.Action = intervention.ActionRetry })
	s.approve(4*time.Hour, "charge-2")
	_, err := s.run(t)
	require.NoError(t, err)
	require.Len(t, s.people.RefusalErrors(), 1)
	require.ErrorContains(t, s.people.RefusalErrors()[0], "the work is done; set the action to use-result, or to restart to do it once more")
}

func TestNeedsPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		failure error
		want    bool
	}{
		"the attempts are used up":             {failure: retry.ReasonMaxAttempts, want: true},
		"the time is over":                     {failure: retry.ReasonDeadline, want: true},
		"no worker has taken it":               {failure: retry.ReasonNoWorker, want: true},
		"a failure that is final":              {failure: retry.ReasonNonRetryable, want: false},
		"the record needs review":              {failure: idempotency.ReasonNeedsReview, want: true},
		"the key is of another request":        {failure: idempotency.ReasonMismatch, want: false},
		"people have given it up":              {failure: intervention.ReasonGivenUp, want: false},
		"the work that people replace is done": {failure: intervention.ReasonDone, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, intervention.NeedsPerson(temporal.NewNonRetryableApplicationError("it failed", c.failure.Error(), nil)))
		})
	}
	require.False(t, intervention.NeedsPerson(errors.New("no failure of an activity")))
}
