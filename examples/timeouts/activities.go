package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Activities are the steps outside the workflow.
type Activities struct {
	Worker string // who does them, for the story
	Studio *Studio
}

// Reminder is what an editor is told.
type Reminder struct {
	Job      string        `json:"job"`
	Left     time.Duration `json:"left"`
	Deadline time.Time     `json:"deadline"`
}

// Fetch gets what a video is made of.
func (a *Activities) Fetch(_ context.Context, job Job) error {
	a.Studio.say(a.Worker, "fetch    what %d frames need", job.Frames)
	return nil
}

// Render renders frame after frame. It begins where the attempt before it has
// ended, and says with its heartbeats how far it is.
func (a *Activities) Render(ctx context.Context, job Job) error {
	var frame atomic.Int64
	if former, ok := heartbeat.Progress[int64](ctx); ok {
		frame.Store(former)
	}
	stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return frame.Load() }})
	defer stop() // records once more how far it has come

	left, _ := heartbeat.Remaining(ctx)
	a.Studio.say(a.Worker, "render   from frame %d of %d, with %v left", frame.Load(), job.Frames, left.Round(time.Second))
	work, cancel := heartbeat.WithWorkerStop(ctx) // a step that can go on elsewhere holds up no deployment
	defer cancel()
	for int(frame.Load()) < job.Frames {
		if work.Err() != nil {
			a.Studio.interrupt(a.Worker, int(frame.Load()), heartbeat.CauseOf(work))
			return work.Err()
		}
		a.Studio.render(int(frame.Load())) // one that was begun is finished
		frame.Add(1)
	}
	a.Studio.say(a.Worker, "render   all %d frames are there", job.Frames)
	return nil
}

// Publish publishes a video. A second time does no harm: the address is that of
// the job.
func (a *Activities) Publish(_ context.Context, job Job) (string, error) {
	url := "https://videos.example/" + job.ID
	a.Studio.say(a.Worker, "publish  %s", url)
	return url, nil
}

// Remind tells the editor how much time is left.
func (a *Activities) Remind(ctx context.Context, r Reminder) error {
	a.Studio.say(a.Worker, "remind   the editor: %v are left", r.Left)
	select {
	case a.Studio.reminders <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// CleanUp removes what the steps have left behind.
func (a *Activities) CleanUp(context.Context, Job) error {
	a.Studio.say(a.Worker, "clean up")
	return nil
}
