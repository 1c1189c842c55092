package retry_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The values are a promise: each is in a doc comment.
func TestPresets(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy temporal.RetryPolicy
		waits  string // the first six
	}{
		"ServerDefault": {retry.ServerDefault(), "1s 2s 4s 8s 16s 32s"},
		"Blip":          {retry.Blip(), "500ms 1s 2s 4s 8s 10s"},
		"External":      {retry.External(), "1s 2s 4s 8s 16s 32s"},
		"RateLimited":   {retry.RateLimited(), "5s 7.5s 11.25s 16.875s 25.3125s 37.96875s"},
		"Fast":          {retry.Fast(), "1s 1.5s 2.25s 3.375s 5.0625s 7.59375s"},
		"Slow":          {retry.Slow(), "5m0s 5m0s 5m0s 5m0s 5m0s 5m0s"},
		"Local":         {retry.Local(), "100ms 200ms 400ms 800ms 1.6s 2s"},
	} {
		s := retry.Plan(c.policy, retry.Limits{})
		text := fmt.Sprint(s.Wait(1), s.Wait(2), s.Wait(3), s.Wait(4), s.Wait(5), s.Wait(6))
		require.Equal(t, c.waits, text, name)
		require.NoError(t, retry.Validate(c.policy), name)
		require.Zero(t, s.Wait(1_000)-c.policy.MaximumInterval, name)
	}
	require.Equal(t, 100*time.Second, retry.ServerDefault().MaximumInterval)
	require.Equal(t, time.Minute, retry.External().MaximumInterval)
	require.EqualValues(t, 6, retry.Blip().MaximumAttempts)
	require.EqualValues(t, 5, retry.Local().MaximumAttempts)
	require.Equal(t, temporal.RetryPolicy{MaximumAttempts: 1}, retry.Once())
	require.NoError(t, retry.Validate(retry.Once()))

	var fast time.Duration
	for n := 1; n < 10; n++ {
		fast += retry.Plan(retry.Fast(), retry.Limits{}).Wait(n)
	}
	require.Equal(t, "1m14.9s", fast.Round(100*time.Millisecond).String(), "of the doc comment")
	worst, ok := retry.Plan(retry.Blip(), retry.Limits{StartToClose: 10 * time.Second}).Worst()
	require.True(t, ok)
	require.Equal(t, 75500*time.Millisecond, worst, "of the doc comment")
	worst, _ = retry.Plan(retry.Local(), retry.Limits{StartToClose: 2 * time.Second, ScheduleToClose: 8 * time.Second}).Worst()
	require.Equal(t, 8*time.Second, worst)
}

type validationError struct{ error }

type ptrError struct{}

func (*ptrError) Error() string { return "x" }

// The names are those that the SDK puts on the wire for the same values.
func TestNonRetryable(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		validationError{errors.New("x")},
		&validationError{errors.New("x")},
		&ptrError{},
		temporal.NewApplicationError("x", "Custom"),
		&retry.ResponseError{StatusCode: 503},
	} {
		p := retry.External(retry.NonRetryable(err), retry.MaximumAttempts(7), retry.MaximumInterval(9*time.Second))
		wire := temporal.GetDefaultFailureConverter().ErrorToFailure(err).GetApplicationFailureInfo().GetType()
		require.Equal(t, []string{wire}, p.NonRetryableErrorTypes)
		require.EqualValues(t, 7, p.MaximumAttempts)
		require.Equal(t, 9*time.Second, p.MaximumInterval)
		require.NoError(t, retry.Validate(p))
	}
	require.Empty(t, retry.External().NonRetryableErrorTypes, "presets share nothing")
	for _, err := range []error{errors.New("sentinel"), fmt.Errorf("while: %w", &ptrError{}), errors.Join(&ptrError{}), nil} {
		require.ErrorContains(t, retry.Validate(retry.Blip(retry.NonRetryable(err))), "which has no type of its own", "%v", err)
	}
}

// One policy for each rule of the server, refused, and its neighbour, accepted.
func TestValidate(t *testing.T) {
	t.Parallel()
	type policy = temporal.RetryPolicy
	for name, c := range map[string]struct {
		good, bad policy
		want      string
	}{
		"attempts":          {policy{MaximumAttempts: 0}, policy{MaximumAttempts: -1}, "MaximumAttempts is -1; use 0"},
		"initial interval":  {policy{InitialInterval: 1}, policy{InitialInterval: -time.Second}, "InitialInterval is -1s"},
		"maximum interval":  {policy{MaximumInterval: time.Hour}, policy{MaximumInterval: -time.Second}, "MaximumInterval is -1s"},
		"coefficient":       {policy{BackoffCoefficient: 1}, policy{BackoffCoefficient: 0.9}, "BackoffCoefficient is 0.9"},
		"not a number":      {policy{BackoffCoefficient: math.Inf(1)}, policy{BackoffCoefficient: math.NaN()}, "BackoffCoefficient is NaN"},
		"maximum below":     {policy{InitialInterval: 2, MaximumInterval: 2}, policy{InitialInterval: 2, MaximumInterval: 1}, "must not be below"},
		"below the default": {policy{MaximumInterval: time.Second}, policy{MaximumInterval: 999 * time.Millisecond}, "InitialInterval 1s"},
		"a hundred times": {
			policy{InitialInterval: 100 * 365 * 24 * time.Hour, MaximumInterval: math.MaxInt64}, policy{InitialInterval: 100 * 365 * 24 * time.Hour}, "set MaximumInterval",
		},
		"name of a type":     {policy{NonRetryableErrorTypes: []string{"é"}}, policy{NonRetryableErrorTypes: []string{"\xe9"}}, "no UTF-8"},
		"name of a time-out": {policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Heartbeat"}}, policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Hartbeat"}}, "TemporalTimeout:Hartbeat"},
	} {
		require.NoError(t, retry.Validate(c.good), name)
		require.ErrorContains(t, retry.Validate(c.bad), c.want, name)
	}
	once := policy{MaximumAttempts: 1, BackoffCoefficient: 0.1, InitialInterval: -1}
	require.NoError(t, retry.Validate(once), "a single attempt has no waits")
	err := retry.Validate(policy{MaximumAttempts: -1, BackoffCoefficient: 0.5})
	require.ErrorContains(t, err, "MaximumAttempts")
	require.ErrorContains(t, err, "BackoffCoefficient", "all of it is said")
}
