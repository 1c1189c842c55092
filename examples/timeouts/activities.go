package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Activities make a video.
type Activities struct {
	Worker      string // for Printf
	RenderFrame func(frame int)
	Reminders   chan<- Reminder // to the editor
	Printf      func(who, format string, args ...any)
}

// A Reminder tells the editor how much time is left.
type Reminder struct {
	Job      string        `json:"job"`
	Left     time.Duration `json:"left"`
	Deadline time.Time     `json:"deadline"`
}

// Fetch gets the material.
func (a *Activities) Fetch(_ context.Context, job Job) error {
	a.Printf(a.Worker, "fetch the material for %d frames", job.Frames)
	return nil
}

// Render renders the frames. It continues where the previous attempt ended, and ends as
// soon as its worker begins to stop, so that it does not delay a deployment.
func (a *Activities) Render(ctx context.Context, job Job) error {
	var frame atomic.Int64
	if done, ok := heartbeat.Progress[int64](ctx); ok {
		frame.Store(done)
	}
	stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return frame.Load() }})
	defer stop() // records the progress once more

	left, _ := heartbeat.Remaining(ctx)
	a.Printf(a.Worker, "render from frame %d of %d, %v left", frame.Load(), job.Frames, left.Round(time.Second))
	work, cancel := heartbeat.WithWorkerStop(ctx)
	defer cancel()
	for ; frame.Load() < int64(job.Frames); frame.Add(1) {
		if work.Err() != nil {
			a.Printf(a.Worker, "render ends before frame %d: %s", frame.Load(), heartbeat.CauseOf(work))
			return work.Err()
		}
		a.RenderFrame(int(frame.Load()))
	}
	a.Printf(a.Worker, "render has all %d frames", job.Frames)
	return nil
}

// Publish publishes the video. It is safe to retry: the address is that of the job.
func (a *Activities) Publish(_ context.Context, job Job) (string, error) {
	url := "https://videos.example/" + job.ID
	a.Printf(a.Worker, "publish %s", url)
	return url, nil
}

// Remind reminds the editor.
func (a *Activities) Remind(ctx context.Context, r Reminder) error {
	a.Printf(a.Worker, "remind the editor: %v left", r.Left)
	select {
	case a.Reminders <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// CleanUp removes what the steps left behind.
func (a *Activities) CleanUp(context.Context, Job) error {
	a.Printf(a.Worker, "clean up")
	return nil
}
