package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

const frameTime = 100 * time.Millisecond

// demo makes one video.
func demo(ctx context.Context, c client.Client, printf func(who, format string, args ...any)) (err error) {
	id := "video-" + rand.Text()[:8] // of the workflow and the task queue
	reminders := make(chan Reminder, 10)
	tenFrames := make(chan struct{}, 1)
	blue, err := newWorker(c, id, &Activities{Worker: "blue", Printf: printf, Reminders: reminders, RenderFrame: func(frame int) {
		time.Sleep(frameTime)
		if frame == 9 {
			select {
			case tenFrames <- struct{}{}:
			default: // a retry
			}
		}
	}})
	if err != nil {
		return err
	}
	green, err := newWorker(c, id, &Activities{Worker: "green", Printf: printf, Reminders: reminders, RenderFrame: func(int) {
		time.Sleep(frameTime)
	}})
	if err != nil {
		return err
	}
	if err := blue.Start(); err != nil {
		return err
	}
	defer blue.Stop()
	defer green.Stop() // does nothing before it has started

	job := Job{ID: id, Frames: 80, Total: 10 * time.Minute, Confirm: 6 * time.Second, Remind: 5 * time.Second}
	printf("client", "start %s with %v for all steps", id, job.Total)
	video, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: id}, Video, job)
	if err != nil {
		return err
	}
	defer func() { // while a worker can still clean up
		if err != nil {
			err = errors.Join(err, cancelVideo(ctx, c, id))
		}
	}()

	// A deployment replaces the worker while it renders.
	if err := wait(ctx, tenFrames); err != nil {
		return err
	}
	if err := green.Start(); err != nil {
		return err
	}
	asked := time.Now()
	blue.Stop()
	printf("deploy", "blue stopped in %.1f s of at most %v", time.Since(asked).Seconds(), stopTimeout)

	// The editor asks for more time at the first reminder, and agrees at the second.
	var deadline time.Time
	for _, answer := range []Answer{{MoreSeconds: 6}, {Publish: true}} {
		if deadline, err = nextReminder(ctx, reminders, deadline); err != nil {
			return err
		}
		printf("editor", "%+v", answer)
		if err := Answers.Send(ctx, c, signals.Ref{WorkflowID: id}, answer); err != nil {
			return err
		}
	}
	var result Result
	if err := video.Get(ctx, &result); err != nil {
		return err
	}
	printf("client", "%s; the deadline moved by %v", result.URL, result.LastDeadline.Sub(result.FirstDeadline))
	return nil
}

// nextReminder returns the deadline of the next reminder. It skips reminders of a
// deadline that is known, because an activity may run twice.
func nextReminder(ctx context.Context, reminders <-chan Reminder, known time.Time) (time.Time, error) {
	for {
		select {
		case r := <-reminders:
			if r.Deadline.After(known) {
				return r.Deadline, nil
			}
		case <-ctx.Done():
			return known, context.Cause(ctx)
		}
	}
}

func wait(ctx context.Context, event <-chan struct{}) error {
	select {
	case <-event:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
