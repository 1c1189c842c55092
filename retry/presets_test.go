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
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// The values are a promise: each is in a doc comment.
func TestPresets(t *testing.T) {
	t.Parallel()
	fast, _ := retry.FastThenSlow(10, 10*time.Minute)
	for name, c := range map[string]struct {
		policy temporal.RetryPolicy
		waits  string // the first six
	}{
		"Transient":     {retry.Transient(), "500ms 1s 2s 4s 8s 10s"},
		"Remote":        {retry.Remote(), "1s 2s 4s 8s 16s 32s"},
		"Manual":        {retry.Manual(), "5m0s 5m0s 5m0s 5m0s 5m0s 5m0s"},
		"LocalActivity": {retry.LocalActivity(), "100ms 200ms 400ms 800ms 1.6s 2s"},
		"FastThenSlow":  {fast, "1s 1.5s 2.25s 3.375s 5.0625s 7.59375s"},
	} {
		s := retry.Plan(c.policy, retry.Limits{})
		text := fmt.Sprint(s.Wait(1), s.Wait(2), s.Wait(3), s.Wait(4), s.Wait(5), s.Wait(6))
		require.Equal(t, c.waits, text, name)
		require.NoError(t, retry.Validate(c.policy), name)
		require.Zero(t, s.Wait(1_000)-c.policy.MaximumInterval, name)
	}
	require.Equal(t, time.Minute, retry.Remote().MaximumInterval)
	require.EqualValues(t, 6, retry.Transient().MaximumAttempts)
	require.EqualValues(t, 5, retry.LocalActivity().MaximumAttempts)
	require.Equal(t, temporal.RetryPolicy{MaximumAttempts: 1}, retry.NoRetry())
	require.NoError(t, retry.Validate(retry.NoRetry()))

	require.Zero(t, fast.MaximumAttempts, "a limit would end the slow phase")
	worst, ok := retry.Plan(retry.Transient(), retry.Limits{StartToClose: 10 * time.Second}).Worst()
	require.True(t, ok)
	require.Equal(t, 75500*time.Millisecond, worst, "of the doc comment")
	worst, _ = retry.Plan(retry.LocalActivity(), retry.Limits{StartToClose: 2 * time.Second, ScheduleToClose: 8 * time.Second}).Worst()
	require.Equal(t, 8*time.Second, worst)
}

type validationError struct{ error }

type ptrError struct{}

func (*ptrError) Error() string { return "x" }

// The names are those that the SDK records for the same values.
func TestErrorTypes(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		validationError{errors.New("x")},
		&validationError{errors.New("x")},
		&ptrError{},
		temporal.NewApplicationError("x", "Custom"),
		&classify.ResponseError{StatusCode: 503},
	} {
		p := retry.Remote()
		p.NonRetryableErrorTypes = retry.ErrorTypes(err)
		recorded := temporal.GetDefaultFailureConverter().ErrorToFailure(err).GetApplicationFailureInfo().GetType()
		require.Equal(t, []string{recorded}, p.NonRetryableErrorTypes)
		require.NoError(t, retry.Validate(p))
	}
	require.Empty(t, retry.Remote().NonRetryableErrorTypes, "a policy is a copy")
	for _, err := range []error{errors.New("sentinel"), fmt.Errorf("while: %w", &ptrError{}), errors.Join(&ptrError{}), nil} {
		p := temporal.RetryPolicy{NonRetryableErrorTypes: retry.ErrorTypes(err)}
		require.ErrorContains(t, retry.Validate(p), "which has no type of its own", "%v", err)
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
		"attempts":         {policy{MaximumAttempts: 0}, policy{MaximumAttempts: -1}, "MaximumAttempts is -1; use 0"},
		"initial interval": {policy{InitialInterval: 1}, policy{InitialInterval: -time.Second}, "InitialInterval is -1s"},
		"maximum interval": {policy{MaximumInterval: time.Hour}, policy{MaximumInterval: -time.Second}, "MaximumInterval is -1s"},
		"coefficient":      {policy{BackoffCoefficient: 1}, policy{BackoffCoefficient: 0.9}, "BackoffCoefficient is 0.9"},
		"not a number":     {policy{BackoffCoefficient: math.Inf(1)}, policy{BackoffCoefficient: math.NaN()}, "BackoffCoefficient is NaN"},
		"maximum below": {
			policy{InitialInterval: 2, MaximumInterval: 2},
			policy{InitialInterval: 2, MaximumInterval: 1},
			"must not be below",
		},
		"below the default": {policy{MaximumInterval: time.Second}, policy{MaximumInterval: 999 * time.Millisecond}, "InitialInterval 1s"},
		"initial interval of which 100 times is no duration": {
			policy{InitialInterval: math.MaxInt64 / 100},
			policy{InitialInterval: math.MaxInt64/100 + 1},
			"without a MaximumInterval, and 100 times as long is no duration",
		},
		"initial interval of which 100 times comes out above 0": {
			policy{InitialInterval: 1 << 61, MaximumInterval: 1 << 61}, policy{InitialInterval: 1 << 61}, "without a MaximumInterval",
		},
		"name that is not UTF-8": {
			policy{NonRetryableErrorTypes: []string{"é"}},
			policy{NonRetryableErrorTypes: []string{"a\xff"}},
			`has "a\xff", which is not UTF-8`,
		},
		"name that is cut within a letter": {
			policy{NonRetryableErrorTypes: []string{"Té"}},
			policy{NonRetryableErrorTypes: []string{"T\xc3"}},
			"which is not UTF-8",
		},
		"name of a timeout": {
			policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Heartbeat"}},
			policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Hartbeat"}},
			"TemporalTimeout:Hartbeat",
		},
	} {
		require.NoError(t, retry.Validate(c.good), name)
		require.ErrorContains(t, retry.Validate(c.bad), c.want, name)
	}
	once := policy{MaximumAttempts: 1, BackoffCoefficient: 0.1, InitialInterval: -1}
	require.NoError(t, retry.Validate(once), "a single attempt has no waits")
	once.InitialInterval = math.MaxInt64
	require.NoError(t, retry.Validate(once), "a single attempt has no waits, nor a longest one")
	err := retry.Validate(policy{MaximumAttempts: -1, BackoffCoefficient: 0.5})
	require.ErrorContains(t, err, "MaximumAttempts")
	require.ErrorContains(t, err, "BackoffCoefficient", "it reports every problem")
}
