package retry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

type myError struct{}

func (*myError) Error() string { return "mine" }

// What an activity returns, and how often a server tries it: by the SDK alone,
// so that a change of the SDK or the server is noticed, and with the
// interceptor. Only with Classify does a status change anything. The policy with its types is known from the server only.
func TestWrappedErrors(t *testing.T) {
	t.Parallel()
	const tries = 3
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	mine, listed := &myError{}, []string{"myError"}
	wrap := func(err error) error { return fmt.Errorf("while charging: %w", err) }
	type result struct {
		attempts int
		last     string
	}
	queues := map[string]string{
		"the SDK":       startPlain(t),
		"with zero":     startWorkerWith(t, "-zero", retry.NewInterceptor(retry.InterceptorOptions{})),
		"with Classify": startWorkerWith(t, "-on", retry.NewInterceptor(retry.InterceptorOptions{Classify: classify.Default})),
		"in shadow":     startWorkerWith(t, "-shadow", retry.NewInterceptor(retry.InterceptorOptions{Shadow: true})),
		"for another type": startWorkerWith(
			t,
			"-other",
			retry.NewInterceptor(retry.InterceptorOptions{ClassifyOnly: func(name string) bool { return name != "Act" }}),
		),
	}
	for name, c := range map[string]struct {
		err    error
		listed []string

		regular, local result // of the SDK
		with           result // the interceptor, for both
	}{
		"a final error": {final, nil, result{1, "Final"}, result{1, "Final"}, result{1, "Final"}},
		"wrapped":       {wrap(final), nil, result{tries, "wrapError"}, result{1, "wrapError"}, result{1, "Final"}},
		"joined": {errors.Join(final, errors.New("x")), nil, result{tries, "joinError"}, result{1, "joinError"}, result{
			1,
			"Final",
		}},
		"a join in a wrap": {wrap(errors.Join(errors.New("x"), final)), nil, result{tries, "wrapError"}, result{1, "wrapError"}, result{
			1,
			"Final",
		}},
		"a listed type":      {mine, listed, result{1, "myError"}, result{1, "myError"}, result{1, "myError"}},
		"listed and wrapped": {wrap(mine), listed, result{tries, "wrapError"}, result{tries, "wrapError"}, result{1, "myError"}},
		"listed in a join": {errors.Join(errors.New("x"), mine), listed, result{tries, "joinError"}, result{tries, "joinError"}, result{
			1,
			"myError",
		}},
		"below a type": {
			temporal.NewApplicationErrorWithCause("t", "T", mine), listed,
			result{tries, "T"},
			result{tries, "T"},
			result{tries, "T"},
		},
		"listed, ours": {wrap(temporal.NewApplicationError("b", "Busy")), []string{"Busy"}, result{tries, "wrapError"}, result{
			1,
			"wrapError",
		}, result{1, "Busy"}},
		"marked": {wrap(retry.NonRetryable(mine)), nil, result{tries, "wrapError"}, result{tries, "wrapError"}, result{
			1,
			"wrapError",
		}},
		"of no known kind": {errors.New("x"), nil, result{tries, ""}, result{tries, ""}, result{tries, ""}},
		"a status, wrapped": {
			wrap(&classify.ResponseError{StatusCode: 422}), nil,
			result{tries, "wrapError"},
			result{tries, "wrapError"},
			result{1, "HTTP422"},
		},
		"a retryable one of it": {
			wrap(&classify.ResponseError{StatusCode: 502}), nil,
			result{tries, "wrapError"},
			result{tries, "wrapError"},
			result{tries, "HTTP502"},
		},
	} {
		for _, local := range []bool{false, true} {
			for worker, queue := range queues {
				t.Run(fmt.Sprintf("%s, local %v, %s", name, local, worker), func(t *testing.T) {
					t.Parallel()
					call := Call{Local: local, StartToClose: time.Minute, ScheduleToClose: 10 * time.Minute, Policy: every(20*time.Millisecond, tries,
						c.listed...)}
					j := start(t, queue, func(context.Context, *job, int32) error { return c.err }, Once, call)
					want := c.regular
					if local {
						want = c.local
					}
					if status := strings.HasPrefix(c.with.last, "HTTP"); worker == "with Classify" || worker != "the SDK" && !status {
						want = c.with
					}
					seen := j.end()
					require.Equal(t, want, result{j.attempts(), seen.Last})
					if !local { // whose errors do not say why there was no further attempt
						require.Equal(t, want.attempts == 1, seen.Reason == retry.ReasonNonRetryable)
						require.Equal(t, want.attempts == tries, seen.Reason == retry.ReasonMaxAttempts)
					}
				})
			}
		}
	}
}

// A delay of an application error counts for the SDK at the top only. It is found
// in the chain when the worker classifies errors.
func TestWrappedDelay(t *testing.T) {
	t.Parallel()
	const delay, between = 15 * time.Second, 12 * time.Second // a retry without the delay may be late
	bare := temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: delay})
	queues := map[string]string{
		"the SDK":       startPlain(t),
		"with zero":     startWorkerWith(t, "-zero", retry.NewInterceptor(retry.InterceptorOptions{})),
		"with Classify": startWorkerWith(t, "-on", retry.NewInterceptor(retry.InterceptorOptions{Classify: classify.Default})),
	}
	for name, c := range map[string]struct {
		err error
		sdk bool // keeps the delay
	}{
		"bare":    {bare, true},
		"wrapped": {fmt.Errorf("while charging: %w", bare), false},
	} {
		for _, local := range []bool{false, true} {
			for worker, queue := range queues {
				t.Run(fmt.Sprintf("%s, local %v, %s", name, local, worker), func(t *testing.T) {
					t.Parallel()
					call := Call{Local: local, StartToClose: time.Minute, ScheduleToClose: 10 * time.Minute, Policy: every(20*time.Millisecond, 2)}
					j := start(t, queue, func(context.Context, *job, int32) error { return c.err }, Once, call)
					require.True(t, j.end().Failed)
					if worker == "with Classify" || c.sdk {
						require.Greater(t, j.gap(1), between)
					} else {
						require.Less(t, j.gap(1), between)
					}
				})
			}
		}
	}
}
