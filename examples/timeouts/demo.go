package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// demo makes one video.
func demo(ctx context.Context, c client.Client, printf func(who, format string, args ...any)) (err error) {
	id := "video-" + rand.Text()[:8] // of the workflow and the task queue
	reminders, frames := make(chan Reminder, 10), make(chan int, 1000)
	newNamedWorker := func(name string) (worker.Worker, error) {
		return newWorker(c, id, &Activities{Worker: name, Printf: printf, Reminders: reminders, RenderFrame: func(frame int) {
			time.Sleep(100 * time.Millisecond)
			frames <- frame
		}})
	}
	blue, err := newNamedWorker("blue")
	if err != nil {
		return err
	}
	green, err := newNamedWorker("green")
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
	defer func() {
		if ctx.Err() != nil { // interrupted, but a worker can still clean up
			err = errors.Join(err, cancelVideo(ctx, c, id))
		}
	}()

	// A deployment replaces the worker while it renders.
	for range 10 {
		if _, err := next(ctx, frames); err != nil {
			return err
		}
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
		reminder := Reminder{Deadline: deadline}
		for !reminder.Deadline.After(deadline) { // an activity may run twice
			if reminder, err = next(ctx, reminders); err != nil {
				return err
			}
		}
		deadline = reminder.Deadline
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

// next returns the next value of a channel, or an error when ctx ends.
func next[T any](ctx context.Context, values <-chan T) (value T, err error) {
	select {
	case value = <-values:
		return value, nil
	case <-ctx.Done():
		return value, context.Cause(ctx)
	}
}
