package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

const (
	tripAfter = 4               // failures in a row
	openFor   = 6 * time.Second // short, so that this program ends soon; use a minute
)

// A Breaker stops calls to a service that is down. One Breaker serves all activities of
// a worker process. For more than one service use one for each, and let Before choose by
// the activity's type.
type Breaker struct {
	cb       *gobreaker.CircuitBreaker[string]
	openedAt atomic.Pointer[time.Time]
}

// newBreaker returns a closed breaker, which calls onChange for each new state.
func newBreaker(onChange func(from, to gobreaker.State)) *Breaker {
	b := &Breaker{}
	b.cb = gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Timeout:     openFor,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
		// A service that refuses a bad request works. A canceled call says nothing about it.
		IsSuccessful: func(err error) bool {
			return err == nil || classify.HTTP(context.Background(), err).Retryability == classify.NonRetryable
		},
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			if now := time.Now(); to == gobreaker.StateOpen {
				b.openedAt.Store(&now)
			}
			onChange(from, to)
		},
	})
	return b
}

// Before belongs into retry.InterceptorOptions. While the breaker is open it parks all
// attempts, and while it is half-open all but the one that probes the service.
func (b *Breaker) Before(context.Context) error {
	switch b.cb.State() {
	case gobreaker.StateOpen:
		return retry.After(gobreaker.ErrOpenState, time.Until(b.openedAt.Load().Add(openFor)))
	case gobreaker.StateHalfOpen:
		if c := b.cb.Counts(); c.Requests > c.TotalExclusions { // a canceled probe leaves room for another one
			return retry.After(gobreaker.ErrTooManyRequests, callTimeout)
		}
	}
	return nil
}

// Call calls f and reports its result to the breaker. If two attempts pass Before at the
// same moment, the half-open breaker refuses one of them here.
func (b *Breaker) Call(f func() (string, error)) (string, error) {
	result, err := b.cb.Execute(f)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		parked := temporal.NewApplicationErrorWithCause(fmt.Sprintf("not called: %v", err), retry.ReasonShortCircuited.Error(), err)
		return "", retry.Benign(retry.After(parked, callTimeout))
	}
	return result, err
}
