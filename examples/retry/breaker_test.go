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

// try calls through the breaker, and reports whether it did.
func (b *Breaker) try(err error) (called bool) {
	_, _ = b.Call(func() (string, error) {
		called = true
		return "", err
	})
	return called
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // its clock moves only by Sleep
		b := newBreaker(t.Logf)
		for range tripAfter {
			require.NoError(t, b.Before(t.Context()))
			require.True(t, b.try(errors.New("down")))
		}
		require.Len(t, b.opened, 1)
		time.Sleep(openFor)
		require.ErrorIs(t, b.Before(t.Context()), gobreaker.ErrOpenState)
		require.False(t, b.try(nil))
		time.Sleep(time.Millisecond)
		require.NoError(t, b.Before(t.Context()), "half-open")
		require.True(t, b.try(context.Canceled))
		require.NoError(t, b.Before(t.Context()), "nobody knows yet")

		// While one tries, the others are parked, in Before or in Call.
		probe, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			_, err := b.Call(func() (string, error) { <-probe; return "", nil })
			ended <- err
		}()
		synctest.Wait()
		require.ErrorIs(t, b.Before(t.Context()), gobreaker.ErrTooManyRequests)
		require.False(t, b.try(nil))
		close(probe)
		require.NoError(t, <-ended)
		require.NoError(t, b.Before(t.Context()))
		require.True(t, b.try(nil))
		require.Empty(t, breakerViolations(b.history(), nil))
	})
}

// Not every failure says that the service is ill.
func TestBreakerStaysClosed(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"refused":  fmt.Errorf("charging: %w", &classify.ResponseError{StatusCode: http.StatusBadRequest}),
		"canceled": fmt.Errorf("charging: %w", context.Canceled),
	} {
		b := newBreaker(t.Logf)
		for range 2 * tripAfter {
			require.True(t, b.try(err), name)
		}
		require.Empty(t, b.history(), name)
	}
}
