package main

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// A check is a promise, and what was found.
type check struct {
	promise, found string
	ok             bool
}

func (s *story) checks(seen observed, result Result) []check {
	frames, interrupted := s.studio.books()
	steps := s.book.all()
	all := []check{options(), budget(steps, result)}
	all = append(all, rendered(s.job, steps, frames, interrupted, seen)...)
	return append(all, confirmed(seen, result)...)
}

// options says whether Check tells bad options from good ones.
func options() check {
	var codes []lint.Code
	for _, f := range lint.Check(bad, lint.Options{}) {
		codes = append(codes, f.Code)
	}
	own := 0
	for _, o := range []workflow.ActivityOptions{fetch, render, publish, remind, cleanUp} {
		own += len(lint.Check(o, lint.Options{}))
	}
	want := []lint.Code{lint.CodeNoTimeForRetry, lint.CodeNoHeartbeat, lint.CodeSharedQueue}
	return check{
		"bad options have findings, those of this program have none",
		fmt.Sprintf("%v and %d", codes, own), slices.Equal(codes, want) && own == 0,
	}
}

// budget says whether all steps end before the budget does.
func budget(steps []Step, result Result) check {
	const late = 10 * time.Second // an activity is scheduled a moment after its time was taken
	over := []string{}
	for _, s := range steps {
		end := result.Budget.Deadline.Add(-result.Budget.Reserved)
		if s.Name == "CleanUp" {
			end = result.Budget.Deadline
		}
		if s.Given <= 0 || s.Scheduled.Add(s.Given).After(end.Add(late)) {
			over = append(over, s.Name)
		}
	}
	return check{"no step has more time than there is", fmt.Sprintf("%d steps, too long: %v", len(steps), over), len(steps) > 0 && len(over) == 0}
}

// rendered says whether the second worker went on where the first has stopped.
func rendered(job Job, steps []Step, frames []int, interrupted []interruption, seen observed) []check {
	var step Step
	for _, s := range steps {
		if s.Name == "Render" {
			step = s
		}
	}
	var end interruption
	if len(interrupted) == 1 {
		end = interrupted[0]
	}
	each := map[int]bool{}
	for _, f := range frames {
		each[f] = true
	}
	again := len(frames) - len(each)
	return []check{
		{
			"the step was told that its worker stops", fmt.Sprintf("%d interruption, %s on %s", len(interrupted), end.cause, end.worker),
			len(interrupted) == 1 && end.cause == heartbeat.CauseShutdown && end.worker == "blue",
		},
		{
			"the worker did not wait for its WorkerStopTimeout", fmt.Sprintf("%.1f s of %v", seen.took.Seconds(), stopTimeout),
			seen.took < stopTimeout,
		},
		{
			"the next attempt is on the other worker", fmt.Sprint(step.Workers),
			len(step.Workers) == 2 && step.Workers[0] == "blue" && step.Workers[1] == "green",
		},
		{
			"it has the progress of the first", fmt.Sprintf("frame %d, where %d to %d were there", step.From, seen.frames, end.frame),
			step.From >= seen.frames && step.From <= end.frame && step.From > 0,
		},
		{
			"all frames are there, those that were recorded once", fmt.Sprintf("%d of %d, %d again", len(each), job.Frames, again),
			len(each) == job.Frames && again == end.frame-step.From,
		},
	}
}

// confirmed says whether the deadline and the reminders have moved.
func confirmed(seen observed, result Result) []check {
	moved := result.Deadline.Sub(result.Asked)
	var reminded time.Duration
	if len(seen.reminders) == 2 {
		reminded = seen.reminders[1].Deadline.Sub(seen.reminders[0].Deadline)
	}
	return []check{
		{"the deadline moved by what was asked for", moved.String(), moved == extension},
		{"the reminders moved with it", fmt.Sprintf("%d, %v apart", len(seen.reminders), reminded), reminded == extension},
		{
			"an answer after the first deadline counts", fmt.Sprintf("it came %v after it, and it is %q", result.Answered.Sub(result.Asked).Round(time.Millisecond), result.URL),
			result.Answered.After(result.Asked) && result.URL != "",
		},
	}
}
