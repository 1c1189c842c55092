package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

const (
	tripAfter = 4               // failures in a row
	openFor   = 6 * time.Second // a minute, for a service that is not ours
	probeFor  = callLimit       // so long a probe takes at most
)

// A Breaker keeps calls away from a service that is down. It is one for each
// worker process and for all activities in it; with more than one service, have
// one for each, and let Before choose by the type of the activity.
type Breaker struct {
	cb     *gobreaker.CircuitBreaker[string]
	opened chan struct{} // gets a value when the breaker opens

	mu      sync.Mutex
	changes []change
}

// A change is a new state of a breaker.
type change struct {
	to gobreaker.State
	at time.Time
}

func newBreaker(say func(format string, args ...any)) *Breaker {
	b := &Breaker{opened: make(chan struct{}, 1)}
	b.cb = gobreaker.NewCircuitBreaker[string](gobreaker.Settings{
		Timeout:     openFor,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
		// A service that refuses a bad request is well. A call that was canceled
		// says nothing about it.
		IsSuccessful: func(err error) bool {
			return err == nil || classify.HTTP(context.Background(), err).Retryability == classify.NonRetryable
		},
		IsExcluded: func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			say("the breaker was %v, and is %v", from, to)
			b.note(to)
		},
	})
	return b
}

func (b *Breaker) note(to gobreaker.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.changes = append(b.changes, change{to, time.Now()})
	if to == gobreaker.StateOpen {
		select {
		case b.opened <- struct{}{}:
		default: // nobody has taken the one before
		}
	}
}

// Before is for retry.InterceptorOptions. It parks attempts while the breaker is open, and
// in the half-open state all but the one that tries.
func (b *Breaker) Before(context.Context) error {
	switch b.cb.State() {
	case gobreaker.StateOpen:
		return retry.After(gobreaker.ErrOpenState, b.left())
	case gobreaker.StateHalfOpen:
		if c := b.cb.Counts(); c.Requests > c.TotalExclusions { // a canceled call tells nothing: another one must try
			return retry.After(gobreaker.ErrTooManyRequests, probeFor)
		}
	}
	return nil
}

// Call calls f and reports to the breaker how it went. Of two attempts that
// passed Before in the same moment, the half-open breaker refuses one here.
func (b *Breaker) Call(f func() (string, error)) (string, error) {
	result, err := b.cb.Execute(f)
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		parked := temporal.NewApplicationErrorWithCause(fmt.Sprintf("not called: %v", err), retry.ReasonShortCircuited.Error(), err)
		return "", retry.Benign(retry.After(parked, probeFor))
	}
	return result, err
}

// left is how long the breaker stays open. The library does not tell, so we
// remember when it has opened.
func (b *Breaker) left() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.changes) - 1; i >= 0; i-- {
		if b.changes[i].to == gobreaker.StateOpen {
			return time.Until(b.changes[i].at.Add(openFor))
		}
	}
	return 0
}

// history is all that became of the breaker.
func (b *Breaker) history() []change {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]change(nil), b.changes...)
}
