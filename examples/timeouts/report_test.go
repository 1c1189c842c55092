package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

var began = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// books are all that the program looks at in the end.
type books struct {
	steps       []Step
	frames      []int
	interrupted []interruption
	seen        observed
	result      Result
}

// good are the books of 4 frames of which the first worker has rendered 2.
func good() books {
	asked := began.Add(time.Minute)
	return books{
		steps: []Step{
			{Name: "Render", Given: 8 * time.Minute, Scheduled: began, Workers: []string{"blue", "green"}, From: 2},
			{Name: "CleanUp", Given: 2 * time.Minute, Scheduled: began.Add(8 * time.Minute), Workers: []string{"green"}},
		},
		frames:      []int{0, 1, 2, 3},
		interrupted: []interruption{{"blue", 2, heartbeat.CauseShutdown}},
		seen:        observed{frames: 1, reminders: []Reminder{{Deadline: asked}, {Deadline: asked.Add(extension)}}},
		result: Result{
			URL: "u", Budget: timeouts.Budget{Deadline: began.Add(10 * time.Minute), Reserved: 2 * time.Minute},
			Asked: asked, Deadline: asked.Add(extension), Answered: asked.Add(time.Second),
		},
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	const half = time.Minute / 2
	cases := map[string]struct {
		change func(*books)
		wrong  []string
	}{
		"all is well":                       {func(*books) {}, nil},
		"a step has more than there is":     {func(b *books) { b.steps[0].Given += half }, []string{"no step has more time than there is: 2 steps, too long: [Render]"}},
		"the clean-up has more":             {func(b *books) { b.steps[1].Given += half }, []string{"no step has more time than there is: 2 steps, too long: [CleanUp]"}},
		"a step has no time-out":            {func(b *books) { b.steps[0].Given = 0 }, []string{"no step has more time than there is"}},
		"another cause":                     {func(b *books) { b.interrupted[0].cause = heartbeat.CauseNotFound }, []string{"the step was told that its worker stops: 1 interruption, Gone on blue"}},
		"the wrong worker was told":         {func(b *books) { b.interrupted[0].worker = "green" }, []string{"the step was told"}},
		"the worker has waited":             {func(b *books) { b.seen.took = stopTimeout }, []string{"the worker did not wait for its WorkerStopTimeout: 30.0 s of 30s"}},
		"the same worker went on":           {func(b *books) { b.steps[0].Workers[1] = "blue" }, []string{"the next attempt is on the other worker: [blue blue]"}},
		"the progress is lost":              {func(b *books) { b.steps[0].From, b.frames = 0, []int{0, 1, 0, 1, 2, 3} }, []string{"it has the progress of the first: frame 0, where 1 to 2 were there"}},
		"a frame was left out":              {func(b *books) { b.frames = []int{0, 1, 3} }, []string{"all frames are there, those that were recorded once: 3 of 4, 0 again"}},
		"a recorded frame is there again":   {func(b *books) { b.frames = []int{0, 1, 1, 2, 3} }, []string{"all frames are there"}},
		"one that was not recorded may be":  {func(b *books) { b.steps[0].From, b.frames = 1, []int{0, 1, 1, 2, 3} }, nil},
		"the deadline did not move":         {func(b *books) { b.result.Deadline = b.result.Asked }, []string{"the deadline moved by what was asked for: 0s"}},
		"the reminders did not move":        {func(b *books) { b.seen.reminders[1] = b.seen.reminders[0] }, []string{"the reminders moved with it: 2, 0s apart"}},
		"a reminder is missing":             {func(b *books) { b.seen.reminders = b.seen.reminders[:1] }, []string{"the reminders moved with it: 1, 0s apart"}},
		"the first deadline was not passed": {func(b *books) { b.result.Answered = b.result.Asked }, []string{"an answer after the first deadline counts"}},
		"the answer did not count":          {func(b *books) { b.result.URL = "" }, []string{"an answer after the first deadline counts"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := good()
			c.change(&b)
			all := []check{options(), budget(b.steps, b.result)}
			all = append(all, rendered(Job{Frames: 4}, b.steps, b.frames, b.interrupted, b.seen)...)
			all = append(all, confirmed(b.seen, b.result)...)
			var out strings.Builder
			err := verdict(&out, all)
			broken := slices.DeleteFunc(strings.Split(out.String(), "\n"), func(line string) bool { return !strings.HasPrefix(line, "VIOLATED  ") })
			require.Len(t, broken, len(c.wrong), "%s", &out)
			for i, text := range c.wrong {
				require.Contains(t, broken[i], "VIOLATED  "+text)
			}
			if c.wrong == nil {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, "1 of 10 promises were broken; see the lines that begin with VIOLATED")
		})
	}
}
