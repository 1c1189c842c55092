package main

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// How long the steps may take. A program with bad options does not start. In
// yours, timeouts.Long is for steps that take long: here the heartbeats come more
// often, so that the program does not take minutes.
var (
	fetch  = timeouts.Must(timeouts.Activity(5*time.Second, time.Minute, timeouts.Options{}))
	render = timeouts.Must(timeouts.Activity(2*time.Minute, time.Hour, timeouts.Options{
		Heartbeat:           8 * time.Second,
		WaitForCancellation: true, // no clean-up while frames are written
	}))
	publish = timeouts.Standard()
	remind  = timeouts.Quick()
	cleanUp = timeouts.Quick()
)

// Answers is what an editor says about a video that waits to be published.
var Answers = signals.New[Answer]("answer")

// Answer publishes the video, asks for more time first, or, when it is empty,
// does not want it.
type Answer struct {
	Publish     bool `json:"publish,omitempty"`
	MoreSeconds int  `json:"moreSeconds,omitempty"`
}

// Validate refuses what decodes and is no answer.
func (a Answer) Validate() error {
	if a.MoreSeconds < 0 || a.Publish && a.MoreSeconds > 0 {
		return errors.New("an answer is to publish, or to wait for a positive number of seconds")
	}
	return nil
}

// String is what the editor says.
func (a Answer) String() string {
	switch {
	case a.Publish:
		return "publish it"
	case a.MoreSeconds > 0:
		return fmt.Sprintf("%d s more, please", a.MoreSeconds)
	default:
		return "do not publish it"
	}
}

// Job is a video to make.
type Job struct {
	ID      string        `json:"id"`
	Frames  int           `json:"frames"`
	Total   time.Duration `json:"total"`   // for all steps, and the clean-up
	Confirm time.Duration `json:"confirm"` // for the editor
	Remind  time.Duration `json:"remind"`  // so long before that is over
}

// Result is how it ends.
type Result struct {
	URL      string          `json:"url,omitempty"` // empty when it was not published
	Budget   timeouts.Budget `json:"budget"`
	Asked    time.Time       `json:"asked"`    // until when the editor had time at first
	Deadline time.Time       `json:"deadline"` // and in the end
	Answered time.Time       `json:"answered"` // zero when nobody has answered
}

// Video fetches the material, renders it, and publishes it when an editor says
// so. This is the part to copy.
//
// All steps have one budget: what one of them wastes, the next ones lack. The
// time for the clean-up is kept back from them.
func Video(ctx workflow.Context, job Job) (Result, error) {
	budget := timeouts.NewBudget(ctx, job.Total).Reserve(cleanUp.ScheduleToCloseTimeout)
	result, err := produce(ctx, budget, job)

	// The clean-up comes in any case, also when the workflow is canceled. So it
	// is no step of the budget: one that is over, since no worker was there for
	// hours, would leave it out. In time, it has what was kept back.
	var do *Activities // only names the activities
	detached, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	detached = workflow.WithActivityOptions(detached, cleanUp)
	if failed := workflow.ExecuteActivity(detached, do.CleanUp, job).Get(detached, nil); err == nil {
		err = failed
	}
	return result, err
}

func produce(ctx workflow.Context, budget timeouts.Budget, job Job) (Result, error) {
	var do *Activities
	answers := Answers.Channel(ctx, signals.Options{})
	result := Result{Budget: budget}
	if err := step(ctx, budget, fetch, nil, do.Fetch, job); err != nil {
		return result, err
	}
	if err := step(ctx, budget, render, nil, do.Render, job); err != nil {
		return result, err
	}
	yes, err := confirm(ctx, budget, job, answers, &result)
	if err != nil || !yes {
		return result, err
	}
	err = step(ctx, budget, publish, &result.URL, do.Publish, job)
	return result, err
}

// step runs an activity with what is left of the budget. When nothing is, it
// fails, and the activity is not started.
func step(ctx workflow.Context, budget timeouts.Budget, o workflow.ActivityOptions, result, activity any, args ...any) error {
	ctx, err := budget.Activity(ctx, o)
	if err != nil {
		return err
	}
	return workflow.ExecuteActivity(ctx, activity, args...).Get(ctx, result)
}

// confirm waits until an editor has answered, or has had the time to.
func confirm(ctx workflow.Context, budget timeouts.Budget, job Job, answers *signals.Channel[Answer], result *Result) (yes bool, err error) {
	budget = budget.Reserve(publish.StartToCloseTimeout) // nobody may wait until it is too late to publish
	latest := budget.Deadline.Add(-budget.Reserved)
	deadline := signals.NewDeadline(ctx, budget.AtMost(ctx, job.Confirm)).Limit(latest)
	defer deadline.Stop()
	result.Asked, result.Deadline = deadline.Time(), deadline.Time()

	timeouts.Remind(ctx, deadline, func(ctx workflow.Context, before time.Duration) {
		var do *Activities
		reminder := Reminder{Job: job.ID, Left: before, Deadline: deadline.Time()}
		if err := step(ctx, budget, remind, nil, do.Remind, reminder); err != nil {
			workflow.GetLogger(ctx).Warn("The editor was not reminded", "Error", err)
		}
	}, job.Remind)

	for {
		answer, ok, err := answers.ReceiveUntil(ctx, deadline)
		if err != nil || !ok {
			return false, err // canceled, or nobody has answered
		}
		if answer.MoreSeconds == 0 {
			result.Answered = workflow.Now(ctx)
			return answer.Publish, nil
		}
		if err := deadline.Extend(ctx, time.Duration(answer.MoreSeconds)*time.Second); err != nil {
			workflow.GetLogger(ctx).Warn("The editor has no more time", "Error", err) // the wait goes on as it was
		}
		result.Deadline = deadline.Time()
	}
}
