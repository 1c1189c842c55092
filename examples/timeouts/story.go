package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// extension is how much more time the editor asks for. The second reminder then
// comes a second after the first deadline, and 5 s before the second one.
const extension = 6 * time.Second

func newJob(id string) Job {
	return Job{ID: id, Frames: 80, Total: 10 * time.Minute, Confirm: 6 * time.Second, Remind: 5 * time.Second}
}

// A story is one video, from the order to the clean-up.
type story struct {
	client client.Client
	job    Job // its ID is also that of the workflow and of the task queue
	book   *Book
	studio *Studio

	mu      sync.Mutex // of out and started
	out     io.Writer
	started time.Time
}

func newStory(c client.Client, id string, out io.Writer) *story {
	s := &story{client: c, job: newJob(id), book: &Book{}, out: out}
	s.studio = newStudio(100*time.Millisecond, s.say)
	return s
}

// Observed is what the program itself saw.
type observed struct {
	frames    int           // that were there when the first worker was asked to stop
	took      time.Duration // until it had stopped
	reminders []Reminder    // that were given, each once
}

// play plays the story. When it cannot, no workflow is left.
func (s *story) play(ctx context.Context) (observed, Result, error) {
	blue, err := s.startWorker("blue")
	if err != nil {
		return observed{}, Result{}, err
	}
	defer blue.Stop()
	green, err := newWorker(s.client, s.job.ID, "green", s.book, s.studio)
	if err != nil {
		return observed{}, Result{}, err
	}

	inTime, cancel := context.WithTimeoutCause(ctx, time.Minute, errors.New("the video is not there after a minute"))
	defer cancel()
	seen, result, err := s.perform(inTime, blue, green)
	if err != nil {
		err = abandon(ctx, s.client, s.job.ID, err)
	}
	green.Stop() // which does nothing when it was not started
	return seen, result, err
}

func (s *story) startWorker(name string) (worker.Worker, error) {
	w, err := newWorker(s.client, s.job.ID, name, s.book, s.studio)
	if err != nil {
		return nil, err
	}
	return w, w.Start()
}

func (s *story) perform(ctx context.Context, blue, green worker.Worker) (seen observed, result Result, err error) {
	s.say("program", "order    %s: %v for all steps, %v of them for the clean-up", s.job.ID, s.job.Total, cleanUp.ScheduleToCloseTimeout)
	run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: s.job.ID, TaskQueue: s.job.ID}, Video, s.job)
	if err != nil {
		return seen, result, err
	}
	open, closed := context.WithCancelCause(ctx)
	go func() { closed(errors.Join(errors.New("the workflow has ended"), run.Get(ctx, nil))) }()
	if err := s.progress(open); err != nil {
		return seen, result, err
	}
	if err := s.deploy(&seen, blue, green); err != nil {
		return seen, result, err
	}
	for _, answer := range []Answer{{MoreSeconds: int(extension.Seconds())}, {Publish: true}} {
		if err := s.reminder(open, &seen); err != nil {
			return seen, result, err
		}
		s.say("editor", "answer   %v", answer)
		if err := Answers.Send(ctx, s.client, signals.Ref{WorkflowID: s.job.ID}, answer); err != nil {
			return seen, result, err
		}
	}
	err = run.Get(ctx, &result)
	return seen, result, err
}

// deploy replaces the worker while it renders: first the new one is there, then
// the old one stops.
func (s *story) deploy(seen *observed, blue, green worker.Worker) error {
	if err := green.Start(); err != nil {
		return err
	}
	frames, _ := s.studio.books()
	seen.frames = len(frames)
	s.say("program", "deploy   green is there, and blue is to stop within %v", stopTimeout)
	asked := time.Now()
	blue.Stop()
	seen.took = time.Since(asked)
	s.say("program", "deploy   blue has stopped after %.1f s", seen.took.Seconds())
	return nil
}

// reminder waits until the editor is told of a deadline that is news.
func (s *story) reminder(ctx context.Context, seen *observed) error {
	for {
		select {
		case r := <-s.studio.reminders:
			known := slices.ContainsFunc(seen.reminders, func(o Reminder) bool { return o.Deadline.Equal(r.Deadline) })
			if !known { // an activity runs at least once
				seen.reminders = append(seen.reminders, r)
				return nil
			}
		case <-ctx.Done():
			return fmt.Errorf("the editor was not reminded: %w", context.Cause(ctx))
		}
	}
}

// progress waits until the server has heard how far the rendering is.
func (s *story) progress(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		d, err := s.client.DescribeWorkflowExecution(ctx, s.job.ID, "")
		if err != nil {
			return err
		}
		for _, a := range d.GetPendingActivities() {
			if a.GetHeartbeatDetails() != nil {
				s.say("program", "watch    there is a heartbeat")
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("no heartbeat came: %w", context.Cause(ctx))
		}
	}
}

// say prints one line with who does it and the time since the first.
func (s *story) say(who, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started.IsZero() {
		s.started = time.Now()
	}
	_, _ = fmt.Fprintf(s.out, "%6.1fs  %-8s %s\n", time.Since(s.started).Seconds(), who, fmt.Sprintf(format, args...))
}

func (s *story) print(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = io.WriteString(s.out, text)
}
