// Package bounded bounds calls of drivers that may ignore their context.
package bounded

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// CallTimeout bounds one call of a store, and the end of a transaction.
	CallTimeout = 5 * time.Second
	// SurveyTimeout bounds a call that looks at many records.
	SurveyTimeout = time.Minute
	// grace limits how long a driver may take to answer after its context has ended.
	grace = 100 * time.Millisecond
)

// Do calls a driver for at most limit. Not every driver looks at its context while it
// waits, so Do leaves a call behind that does not return. The call keeps its connection
// until then. A panic of the driver is an error.
func Do[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (none T, err error) {
	if err := ctx.Err(); err != nil {
		return none, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type answer struct {
		value T
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if p := recover(); p != nil {
				a.err = fmt.Errorf("the driver panics: %v", p)
			}
			answers <- a
		}()
		a.value, a.err = call(ctx)
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-ctx.Done():
	}
	patience := time.NewTimer(grace)
	defer patience.Stop()
	select {
	case a := <-answers:
		if errors.Is(a.err, context.Canceled) {
			a.err = ctx.Err()
		}
		return a.value, a.err
	case <-patience.C:
		return none, ctx.Err()
	}
}
