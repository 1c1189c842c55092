package lint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func TestCheckWorker(t *testing.T) {
	t.Parallel()
	long, err := timeouts.Long(time.Hour, 9*time.Hour)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		stop       time.Duration
		activities []activity
		want       string // empty for no finding
	}{
		"no activities":                       {},
		"stop timeout of the longest attempt": {stop: 30 * time.Second, activities: []activity{timeouts.Quick(), timeouts.Standard()}},
		"stop timeout below the longest attempt": {
			stop: 29 * time.Second, activities: []activity{timeouts.Standard(), timeouts.Quick()},
			want: "T009 WorkerStopTimeout: 29s is below the 30s that an attempt may take: a worker that stops abandons the attempt, " +
				"and its retry begins when that time is over; set it to 30s or more, or send heartbeats",
		},
		"activity with ScheduleToClose only": {
			stop:       30 * time.Second,
			activities: []activity{standardWith(func(o *activity) { o.StartToCloseTimeout, o.ScheduleToCloseTimeout = 0, time.Minute })},
			want:       "below the 1m0s that",
		},
		"short stop timeout with heartbeats": {stop: time.Second, activities: []activity{long}},
		"no stop timeout with heartbeats": {
			activities: []activity{long},
			want: "T009 WorkerStopTimeout: it is not set, so a worker that stops ends activities without a last heartbeat, " +
				"and their retry begins when a HeartbeatTimeout of 30s is over; set it to a few seconds",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := worker.Options{WorkerStopTimeout: c.stop}
			found := lint.CheckWorker(o, c.activities, lint.Options{})
			require.Equal(t, c.want == "", found.Err() == nil)
			require.Contains(t, found.String(), c.want)
			require.Empty(t, lint.CheckWorker(o, c.activities, ignore(lint.CodeNoStopTimeout)))
		})
	}
}
