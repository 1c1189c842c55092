package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// ErrLeaseLost reports a call whose claim is no longer in force.
var ErrLeaseLost = errors.New("idempotency: the lease is lost: another attempt has taken the record over, or it is gone; " +
	"discard this result")

// ErrNoRecord reports a call for a key that has no record.
var ErrNoRecord = errors.New("idempotency: no record of this key")

// ErrTxEnded comes from [Transactor.Transact] when the function that was given the
// transaction has ended it, so that the record is no part of it.
var ErrTxEnded = errors.New("idempotency: the transaction was ended by the function that it was given to; let the store end it")

// StoreError returns the error of a store that could not do what was asked: what,
// and the kind of err. Temporal records the errors of activities, and texts of
// drivers name accounts, hosts and databases, so the text of err is left out:
// it has the code that the server has answered, or what has become of the
// connection. [errors.Is] and [errors.As] still find what err wraps. StoreError
// of nil is nil.
func StoreError(what string, err error) error {
	if err == nil {
		return nil
	}
	return &storeError{what, err}
}

type storeError struct {
	what string
	err  error
}

func (e *storeError) Error() string { return e.what + ": " + kindOf(e.err) }

// Is and As stand in for Unwrap, which would lead to the text.
func (e *storeError) Is(target error) bool { return errors.Is(e.err, target) }

func (e *storeError) As(target any) bool { return errors.As(e.err, target) }

// kindOf describes an error without its text.
func kindOf(err error) string {
	var (
		state   interface{ SQLState() string }
		redis   interface{ RedisError() }
		timeout interface{ Timeout() bool }
		errno   syscall.Errno
		name    *net.DNSError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.As(err, &state):
		return "the server answers SQLSTATE " + state.SQLState()
	case errors.As(err, &name):
		return "the server's name cannot be resolved"
	case errors.As(err, &errno):
		return errno.Error()
	case errors.As(err, &timeout) && timeout.Timeout():
		return "the server does not answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return "the connection is lost"
	case errors.As(err, &redis):
		code, _, _ := strings.Cut(redis.(error).Error(), " ") //nolint:forcetypeassert // As has found it among errors
		return "the server answers " + code
	}
	return fmt.Sprintf("an error of type %T", innermost(err))
}

// innermost follows what err wraps, and of several errors the first.
func innermost(err error) error {
	for {
		var next error
		switch wraps := err.(type) { //nolint:errorlint // the loop takes the chain apart
		case interface{ Unwrap() error }:
			next = wraps.Unwrap()
		case interface{ Unwrap() []error }:
			if all := wraps.Unwrap(); len(all) > 0 {
				next = all[0]
			}
		}
		if next == nil {
			return err
		}
		err = next
	}
}

// A StatementError says that the database has refused a statement of the
// business, such as a row that violates a constraint. The store itself answers,
// and the statement's own error decides about a retry.
type StatementError struct{ Err error }

// Error returns the text of the statement's error.
func (e *StatementError) Error() string { return e.Err.Error() }

// Unwrap returns the statement's error.
func (e *StatementError) Unwrap() error { return e.Err }
