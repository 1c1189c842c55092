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
func TestPresetsHaveTheirDocumentedWaits(t *testing.T) {
	t.Parallel()
	fast, _ := retry.FastThenSlow(10, 10*time.Minute)
	for name, c := range map[string]struct {
		policy temporal.RetryPolicy
		waits  string // the first six
	}{
		"Transient":     {policy: retry.Transient(), waits: "500ms 1s 2s 4s 8s 10s"},
		"Remote":        {policy: retry.Remote(), waits: "1s 2s 4s 8s 16s 32s"},
		"Manual":        {policy: retry.Manual(), waits: "5m0s 5m0s 5m0s 5m0s 5m0s 5m0s"},
		"LocalActivity": {policy: retry.LocalActivity(), waits: "100ms 200ms 400ms 800ms 1.6s 2s"},
		"FastThenSlow":  {policy: fast, waits: "1s 1.5s 2.25s 3.375s 5.0625s 7.59375s"},
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
func TestErrorTypesAreTheSDKsNames(t *testing.T) {
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

// For each rule of the server: a refused policy, and its accepted neighbour.
func TestValidateAppliesTheServersRules(t *testing.T) {
	t.Parallel()
	type policy = temporal.RetryPolicy
	for name, c := range map[string]struct {
		good, bad policy
		want      string
	}{
		"negative number of attempts": {
			good: policy{MaximumAttempts: 0}, bad: policy{MaximumAttempts: -1}, want: "MaximumAttempts is -1; use 0",
		},
		"negative initial interval": {
			good: policy{InitialInterval: 1}, bad: policy{InitialInterval: -time.Second}, want: "InitialInterval is -1s",
		},
		"negative maximum interval": {
			good: policy{MaximumInterval: time.Hour}, bad: policy{MaximumInterval: -time.Second},
			want: "MaximumInterval is -1s",
		},
		"coefficient below 1": {
			good: policy{BackoffCoefficient: 1}, bad: policy{BackoffCoefficient: 0.9}, want: "BackoffCoefficient is 0.9",
		},
		"coefficient that is not a number": {
			good: policy{BackoffCoefficient: math.Inf(1)}, bad: policy{BackoffCoefficient: math.NaN()},
			want: "BackoffCoefficient is NaN",
		},
		"maximum interval below the initial interval": {
			good: policy{InitialInterval: 2, MaximumInterval: 2}, bad: policy{InitialInterval: 2, MaximumInterval: 1},
			want: "must not be below",
		},
		"maximum interval below the default initial interval": {
			good: policy{MaximumInterval: time.Second}, bad: policy{MaximumInterval: 999 * time.Millisecond},
			want: "InitialInterval 1s",
		},
		"initial interval of which 100 times is no duration": {
			good: policy{InitialInterval: math.MaxInt64 / 100}, bad: policy{InitialInterval: math.MaxInt64/100 + 1},
			want: "without a MaximumInterval, and 100 times as long is no duration",
		},
		"initial interval of which 100 times comes out above 0": {
			good: policy{InitialInterval: 1 << 61, MaximumInterval: 1 << 61}, bad: policy{InitialInterval: 1 << 61},
			want: "without a MaximumInterval",
		},
		"name that is not UTF-8": {
			good: policy{NonRetryableErrorTypes: []string{"é"}}, bad: policy{NonRetryableErrorTypes: []string{"a\xff"}},
			want: `has "a\xff", which is not UTF-8`,
		},
		"name that is cut within a letter": {
			good: policy{NonRetryableErrorTypes: []string{"Té"}}, bad: policy{NonRetryableErrorTypes: []string{"T\xc3"}},
			want: "which is not UTF-8",
		},
		"name of a timeout": {
			good: policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Heartbeat"}},
			bad:  policy{NonRetryableErrorTypes: []string{"TemporalTimeout:Hartbeat"}}, want: "TemporalTimeout:Hartbeat",
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
