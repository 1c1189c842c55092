package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sony/gobreaker/v2"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// call calls through the breaker, and reports whether it did.
func (b *Breaker) call(err error) (called bool) {
	_, _ = b.Call(func() (string, error) {
		called = true
		return "", err
	})
	return called
}

func TestBreakerLetsOneProbeThroughAfterATimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // its clock moves only by Sleep
		var states []gobreaker.State
		b := newBreaker(func(_, to gobreaker.State) { states = append(states, to) })
		for range tripAfter {
			require.NoError(t, b.Before(t.Context()))
			require.True(t, b.call(errors.New("down")))
		}
		time.Sleep(openFor)
		require.ErrorIs(t, b.Before(t.Context()), gobreaker.ErrOpenState)
		require.False(t, b.call(nil))
		time.Sleep(time.Millisecond)
		require.NoError(t, b.Before(t.Context()), "half-open")
		require.True(t, b.call(context.Canceled))
		require.NoError(t, b.Before(t.Context()), "a canceled probe says nothing")

		// During a probe the other attempts are parked, in Before or in Call.
		probe, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			_, err := b.Call(func() (string, error) { <-probe; return "", nil })
			ended <- err
		}()
		synctest.Wait()
		require.ErrorIs(t, b.Before(t.Context()), gobreaker.ErrTooManyRequests)
		require.False(t, b.call(nil))
		close(probe)
		require.NoError(t, <-ended)
		require.NoError(t, b.Before(t.Context()))
		require.True(t, b.call(nil))
		require.Equal(t, []gobreaker.State{gobreaker.StateOpen, gobreaker.StateHalfOpen, gobreaker.StateClosed}, states)
	})
}

func TestBreakerIgnoresFailuresThatAreNotOfTheService(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"a bad request":   fmt.Errorf("charging: %w", &classify.ResponseError{StatusCode: http.StatusBadRequest}),
		"a canceled call": fmt.Errorf("charging: %w", context.Canceled),
	} {
		b := newBreaker(func(_, to gobreaker.State) { t.Errorf("%s: the breaker is %v", name, to) })
		for range 2 * tripAfter {
			require.True(t, b.call(err), name)
		}
	}
}
