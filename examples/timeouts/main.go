// Timeouts makes a video in steps that share one budget of time, while a worker is
// replaced and an editor asks for more time.
//
//	go run ./examples/timeouts
//
// The program finds or starts a Temporal server. The workflow to copy is in
// workflow.go, the activities are in activities.go.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) (err error) {
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	printf := printer(out)
	id := "video-" + rand.Text()[:8] // of the workflow and the task queue
	reminders := make(chan Reminder, 10)
	tenFrames := make(chan struct{})
	blue, err := newWorker(c, id, &Activities{Worker: "blue", Printf: printf, Reminders: reminders, RenderFrame: func(frame int) {
		time.Sleep(frameTime)
		if frame == 9 {
			close(tenFrames)
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
		if err := Answers.Send(ctx, c, id, "", answer); err != nil {
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

const frameTime = 100 * time.Millisecond

// stopTimeout is how long a worker that stops waits for its activities: as long as an
// attempt without heartbeats may take.
var stopTimeout = max(fetch.StartToCloseTimeout, publish.StartToCloseTimeout, remind.StartToCloseTimeout, cleanUp.StartToCloseTimeout)

// newWorker returns a worker with the plugin, which carries the budget to activities
// and checks the timeouts.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{
		Activities: []workflow.ActivityOptions{fetch, render, publish, remind, cleanUp},
	})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: stopTimeout})
	register(w, activities)
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Video, workflow.RegisterOptions{Name: "Video"})
	w.RegisterActivity(activities)
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

// cancelVideo cancels the workflow and waits until it has cleaned up.
func cancelVideo(ctx context.Context, c client.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	var ended *serviceerror.NotFound
	switch err := c.CancelWorkflow(ctx, id, ""); {
	case errors.As(err, &ended):
		return nil
	case err != nil:
		return fmt.Errorf("workflow %s is still open, cancel it: %w", id, err)
	}
	if err := c.GetWorkflow(ctx, id, "").Get(ctx, nil); !temporal.IsCanceledError(err) {
		return fmt.Errorf("workflow %s was canceled, and ended otherwise: %w", id, err)
	}
	return fmt.Errorf("workflow %s was canceled", id)
}

// printer returns a function that prints one line at a time.
func printer(out io.Writer) func(who, format string, args ...any) {
	var mu sync.Mutex
	return func(who, format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%-7s %s\n", who, fmt.Sprintf(format, args...))
	}
}
