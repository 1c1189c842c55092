package main

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// A Step is what the workers saw of one activity.
type Step struct {
	ID        string
	Name      string
	Given     time.Duration // the ScheduleToCloseTimeout that the activity saw
	Scheduled time.Time
	Workers   []string // one for each attempt
	From      int      // the frame from which the last attempt went on
}

// A Book is what was written down of all steps.
type Book struct {
	mu    sync.Mutex
	steps []*Step
}

// of returns the worker interceptor that writes down what this worker does.
func (b *Book) of(worker string) interceptor.WorkerInterceptor {
	return &writer{book: b, worker: worker}
}

// all returns the steps in the order in which they began.
func (b *Book) all() (steps []Step) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.steps {
		steps = append(steps, *s)
	}
	return steps
}

func (b *Book) write(ctx context.Context, worker string) {
	info := activity.GetInfo(ctx)
	from := 0
	if activity.HasHeartbeatDetails(ctx) {
		_ = activity.GetHeartbeatDetails(ctx, &from) // 0 when they are no number
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.steps {
		if s.ID == info.ActivityID {
			s.Workers, s.From = append(s.Workers, worker), from
			return
		}
	}
	b.steps = append(b.steps, &Step{
		ID: info.ActivityID, Name: info.ActivityType.Name, Given: info.ScheduleToCloseTimeout,
		Scheduled: info.ScheduledTime, Workers: []string{worker}, From: from,
	})
}

type writer struct {
	interceptor.WorkerInterceptorBase

	book   *Book
	worker string
}

// InterceptActivity is called by the worker.
func (w *writer) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &inbound{writer: w}
	in.Next = next
	return in
}

type inbound struct {
	interceptor.ActivityInboundInterceptorBase

	writer *writer
}

func (i *inbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	i.writer.book.write(ctx, i.writer.worker)
	return i.Next.ExecuteActivity(ctx, in)
}
