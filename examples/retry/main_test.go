package main

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestMain(m *testing.M) {
	defer exampletest.Start().Stop()
	m.Run()
}

func TestRetriesFollowThePlanAndTheBreaker(t *testing.T) {
	t.Parallel()
	var screen exampletest.Screen
	require.NoError(t, run(t.Context(), &screen), "%s", &screen)
	out := screen.String()
	require.Contains(t, out, "10 to 80 attempts, over after 1m at the latest")
	exampletest.RequireShown(t, "retry", out)

	train := times(t, out, `service  train`)
	require.Len(t, train, 4)
	const rounded = 0.1
	require.GreaterOrEqual(t, train[1]-train[0], 2-rounded, "Retry-After")
	require.GreaterOrEqual(t, train[2]-train[1], 1.5/2-rounded, "the planned wait, less half of it by jitter")
	require.GreaterOrEqual(t, train[3]-train[2], callTimeout.Seconds()+1.5/2-rounded, "the service was silent before that wait")

	require.Len(t, times(t, out, `service  typo`), 1, "a bad request is not tried again")
	require.Regexp(t, `order    typo-\S+ is refused: .*HTTP 400`, out)
	require.Len(t, times(t, out, `service  visa`), 1, "ten hours exceed the budget")
	require.Regexp(t, `order    visa-\S+ is held: .*asked for a wait of 10h0m0s, but \d+(\.\d+)?s of ScheduleToCloseTimeout remain`, out)

	opened, halfOpen := times(t, out, `breaker  open, was closed`)[0], times(t, out, `breaker  half-open`)[0]
	require.GreaterOrEqual(t, halfOpen-opened, openFor.Seconds()-rounded)
	_, open, _ := strings.Cut(out, "breaker  open, was closed\n")
	open, closed, _ := strings.Cut(open, "breaker  half-open")
	require.NotContains(t, open, "service  ", "no call while the breaker is open")
	require.Regexp(t, `worker   hotel-\S+: attempt 5 is parked`, open)
	require.Regexp(t, `worker   taxi-\S+: attempt 1 is parked`, open)
	require.Contains(t, closed, "breaker  closed, was half-open")
	require.Regexp(t, `order    hotel-\S+ is charged`, closed)
	require.Regexp(t, `order    taxi-\S+ is charged`, closed)
}

// times returns the seconds in front of the lines that begin like this.
func times(t *testing.T, out, line string) (all []float64) {
	t.Helper()
	for _, found := range regexp.MustCompile(`(?m)^ *(\S+)s  `+line).FindAllStringSubmatch(out, -1) {
		seconds, err := strconv.ParseFloat(found[1], 64)
		require.NoError(t, err)
		all = append(all, seconds)
	}
	require.NotEmpty(t, all, "%s in\n%s", line, out)
	return all
}
