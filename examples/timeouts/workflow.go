package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// The options of the steps. A program with invalid options does not start. For long
// steps use timeouts.Long; this program uses shorter heartbeats so that it ends soon.
var (
	fetch  = timeouts.Must(timeouts.Activity(5*time.Second, time.Minute, timeouts.Options{}))
	render = timeouts.Must(timeouts.Activity(2*time.Minute, time.Hour, timeouts.Options{
		Heartbeat:           5 * time.Second,
		WaitForCancellation: true, // clean up only when no frame is being written
	}))
	publish = timeouts.Standard()
	remind  = timeouts.Quick()
	cleanUp = timeouts.Quick()
)

// Answers carries the editor's decisions.
var Answers = signals.New[Answer]("answer")

// An Answer publishes the video or asks for more time. An empty answer rejects the video.
type Answer struct {
	Publish     bool `json:"publish,omitempty"`
	MoreSeconds int  `json:"moreSeconds,omitempty"`
}

// Validate rejects answers that contradict themselves.
func (a Answer) Validate() error {
	if a.MoreSeconds < 0 || a.Publish && a.MoreSeconds > 0 {
		return errors.New("set publish, or a positive number of moreSeconds")
	}
	return nil
}

// A Job describes a video to make.
type Job struct {
	ID      string        `json:"id"`
	Frames  int           `json:"frames"`
	Total   time.Duration `json:"total"`   // for all steps and the clean-up
	Confirm time.Duration `json:"confirm"` // for the editor's answer
	Remind  time.Duration `json:"remind"`  // ahead of the end of Confirm
}

// A Result says how a job ended.
type Result struct {
	URL           string          `json:"url,omitempty"` // empty if the video was not published
	Budget        timeouts.Budget `json:"budget"`
	FirstDeadline time.Time       `json:"firstDeadline"` // of the editor's answer
	LastDeadline  time.Time       `json:"lastDeadline"`
	Answered      time.Time       `json:"answered"` // zero without an answer
}

// Video fetches the material, renders it, and publishes it when the editor agrees. All
// steps share one budget: time that one step wastes is missing for the next. The
// reserve is for the clean-up.
func Video(ctx workflow.Context, job Job) (Result, error) {
	budget := timeouts.NewBudget(ctx, job.Total).Reserve(cleanUp.ScheduleToCloseTimeout)
	result, err := produce(ctx, budget, job)

	// The clean-up runs in any case, also after a cancellation or when the budget is
	// used up, so it has options of its own.
	var a *Activities // for the names of its methods
	detached, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	detached = workflow.WithActivityOptions(detached, cleanUp)
	failed := workflow.ExecuteActivity(detached, a.CleanUp, job).Get(detached, nil)
	if err == nil {
		err = failed
	}
	return result, err
}

func produce(ctx workflow.Context, budget timeouts.Budget, job Job) (Result, error) {
	var a *Activities
	answers := Answers.Channel(ctx, signals.Options{})
	result := Result{Budget: budget}
	if err := step(ctx, budget, fetch, nil, a.Fetch, job); err != nil {
		return result, err
	}
	if err := step(ctx, budget, render, nil, a.Render, job); err != nil {
		return result, err
	}
	agreed, err := confirm(ctx, budget, job, answers, &result)
	if err != nil || !agreed {
		return result, err
	}
	err = step(ctx, budget, publish, &result.URL, a.Publish, job)
	return result, err
}

// step runs an activity in the remaining time of the budget. It fails without starting
// the activity when less than a second is left.
func step(ctx workflow.Context, budget timeouts.Budget, o workflow.ActivityOptions, result, activity any, args ...any) error {
	ctx, err := budget.Activity(ctx, o)
	if err != nil {
		return err
	}
	return workflow.ExecuteActivity(ctx, activity, args...).Get(ctx, result)
}

// confirm waits for the editor's answer until a deadline that the editor may move. It
// leaves time to publish.
func confirm(
	ctx workflow.Context, budget timeouts.Budget, job Job, answers *signals.Channel[Answer], result *Result,
) (agreed bool, err error) {
	budget = budget.Reserve(publish.StartToCloseTimeout)
	latest := budget.Deadline.Add(-budget.Reserved)
	deadline := signals.NewDeadline(ctx, budget.AtMost(ctx, job.Confirm))
	deadline.SetLimit(latest)
	defer deadline.Stop()
	result.FirstDeadline, result.LastDeadline = deadline.Time(), deadline.Time()

	timeouts.Remind(ctx, deadline, func(ctx workflow.Context, before time.Duration) {
		var a *Activities
		if err := step(ctx, budget, remind, nil, a.Remind, Reminder{Job: job.ID, Left: before, Deadline: deadline.Time()}); err != nil {
			workflow.GetLogger(ctx).Warn("The editor was not reminded", "Error", err)
		}
	}, job.Remind)

	for {
		answer, inTime, err := answers.ReceiveUntil(ctx, deadline)
		if err != nil || !inTime {
			return false, err
		}
		if answer.MoreSeconds == 0 {
			result.Answered = workflow.Now(ctx)
			return answer.Publish, nil
		}
		if err := deadline.Extend(ctx, time.Duration(answer.MoreSeconds)*time.Second); err != nil {
			workflow.GetLogger(ctx).Warn("The deadline was not extended", "Error", err) // the wait continues
		}
		result.LastDeadline = deadline.Time()
	}
}
