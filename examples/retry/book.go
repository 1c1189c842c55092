package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// An Attempt is what a worker saw of one attempt at an activity.
type Attempt struct {
	Number       int
	Began, Ended time.Time
	Failed       bool
	Type         string        // of the failure that Temporal is told
	Final        bool          // no retry can help
	Wanted       time.Duration // the wait that the failure asks for; 0 leaves it to the server
}

// Parked reports whether the activity, or the call in it, did not run.
func (a Attempt) Parked() bool { return a.Failed && a.Type == retry.ReasonShortCircuited.Error() }

// A Book is a worker interceptor that writes down all attempts.
type Book struct {
	interceptor.WorkerInterceptorBase

	mu       sync.Mutex
	attempts map[string][]Attempt
}

// InterceptActivity is called by the worker.
func (b *Book) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	w := &writer{book: b}
	w.Next = next
	return w
}

// of returns the attempts at the activity of a workflow.
func (b *Book) of(workflowID string) []Attempt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Attempt(nil), b.attempts[workflowID]...)
}

func (b *Book) write(workflowID string, a Attempt) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.attempts == nil {
		b.attempts = map[string][]Attempt{}
	}
	b.attempts[workflowID] = append(b.attempts[workflowID], a)
}

type writer struct {
	interceptor.ActivityInboundInterceptorBase

	book *Book
}

func (w *writer) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	a := Attempt{Number: int(info.Attempt), Began: time.Now()}
	result, err := w.Next.ExecuteActivity(ctx, in)
	a.Ended, a.Failed = time.Now(), err != nil
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		a.Type, a.Final, a.Wanted = app.Type(), app.NonRetryable(), app.NextRetryDelay()
	}
	w.book.write(info.WorkflowExecution.ID, a)
	return result, err
}
