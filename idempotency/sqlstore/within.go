package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// callTimeout bounds each call outside of transactions, and what ends a
	// transaction. It does not end with the caller's context: what has been done
	// by then is worth keeping.
	callTimeout = 5 * time.Second
	// surveyTimeout bounds the calls that look at many records.
	surveyTimeout = time.Minute
	// grace is how long a driver may take to answer when its context has ended.
	grace = 100 * time.Millisecond
)

// within calls a driver, which may take that long. Not every driver looks at its
// context while it waits, so the call is left behind when it does not return:
// the connection is in use until then.
func within[T any](ctx context.Context, limit time.Duration, call func(context.Context) (T, error)) (none T, err error) {
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
				a.err = fmt.Errorf("sqlstore: the driver panics: %v", p)
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
