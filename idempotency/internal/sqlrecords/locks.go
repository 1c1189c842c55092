package sqlrecords

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

const (
	// LockWait limits how long a call waits in the database for a record that another
	// transaction is about to write. The SQL statements have the same value.
	LockWait = time.Second
	// LockTry limits how long each try of a transaction waits.
	LockTry = 100 * time.Millisecond
)

// lockedError reports a claim that another transaction has kept waiting.
type lockedError struct{ error }

// locked reports whether another transaction has kept a statement waiting.
func (d Dialect) locked(err error) bool {
	if err == nil {
		return false
	}
	if d == SQLite { // drivers have no type in common
		return strings.Contains(err.Error(), "database is locked") || strings.Contains(err.Error(), "SQLITE_BUSY")
	}
	return stateOf(err) == "55P03" // lock_not_available
}

// stateOf returns the SQLSTATE of an error, or "".
func stateOf(err error) string {
	var state interface{ SQLState() string }
	if !errors.As(err, &state) {
		return ""
	}
	return state.SQLState()
}

// isRefused reports whether the server has answered a commit with an error of the business,
// which says that nothing was written: a constraint or a
// trigger that waits for the commit, or a conflict.
func isRefused(commit error) bool {
	state := stateOf(commit)
	if len(state) < 2 || state == "40003" { // statement_completion_unknown
		return false
	}
	switch state[:2] {
	case "22", "23", "40", "42", "44", "P0":
		return true
	}
	return false
}

// sleep reports whether the time is over before ctx ends.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// millis returns a duration as databases take timeouts: whole milliseconds, at least one.
func millis(d time.Duration) string {
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10)
}
