package driver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

type sqlError string

func (e sqlError) Error() string    { return "access denied for clerk" }
func (e sqlError) SQLState() string { return string(e) }

type redisError string

func (e redisError) Error() string { return string(e) }
func (e redisError) RedisError()   {}

func TestStoreErrors(t *testing.T) {
	t.Parallel()
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 7), Port: 5432}, Err: err}
	}
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"a canceled call":           {err: fmt.Errorf("clerk: %w", context.Canceled), want: "context canceled"},
		"a call that took too long": {err: fmt.Errorf("clerk: %w", context.DeadlineExceeded), want: "context deadline exceeded"},
		"an SQLSTATE":               {err: fmt.Errorf("clerk: %w", sqlError("28P01")), want: "the server answers SQLSTATE 28P01"},
		"a code of Redis":           {err: redisError("NOPERM User clerk has no permissions"), want: "the server answers NOPERM"},
		"a refused connection":      {err: dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), want: "connection refused"},
		"a name":                    {err: dial(&net.DNSError{Name: "10.0.0.7"}), want: "the server's name cannot be resolved"},
		"a timeout":                 {err: dial(os.ErrDeadlineExceeded), want: "the server does not answer in time"},
		"an end":                    {err: fmt.Errorf("clerk: %w", io.ErrUnexpectedEOF), want: "the connection is lost"},
		"several errors": {
			err: errors.Join(dial(errors.New("clerk")), io.ErrNoProgress), want: "an error of type *errors.errorString",
		},
		"an unknown error": {
			err:  fmt.Errorf("clerk: %w", &os.PathError{Path: "clerk", Err: os.ErrInvalid}),
			want: "an error of type *errors.errorString",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := driver.StoreError("store: could not read", tc.err)
			require.EqualError(t, err, "store: could not read: "+tc.want)
			require.ErrorIs(t, err, tc.err)
			require.NoError(t, errors.Unwrap(err), "Temporal records what an error wraps")
		})
	}
	require.NoError(t, driver.StoreError("store: could not read", nil))
	var state sqlError
	require.ErrorAs(t, driver.StoreError("", fmt.Errorf("x: %w", sqlError("40001"))), &state)
	require.Equal(t, sqlError("40001"), state)
}

func TestInfoIsKept(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("7", 1<<10)
	for in, want := range map[string]string{
		"order-7":         "order-7",
		"":                "",
		"a\x00b\xff\xfec": "a?b?c",
		long:              long,
		long + "7":        long[:1<<10-3] + "...",
		"\x00" + long:     "?" + long[:1<<10-4] + "...",
	} {
		got := driver.Info{Namespace: in, WorkflowID: in, RunID: in, ActivityType: in, ActivityID: in, Attempt: 7}.Kept()
		require.Equal(t, driver.Info{Namespace: want, WorkflowID: want, RunID: want, ActivityType: want, ActivityID: want, Attempt: 7}, got)
		require.Equal(t, got, got.Kept(), "what is kept is kept as it is")
	}
	for n := range 5 { // wherever a character is cut through
		got := driver.Info{RunID: strings.Repeat("x", n) + strings.Repeat("€", 1000)}.Kept().RunID
		require.True(t, utf8.ValidString(got))
		require.NotContains(t, got, "?")
		require.Greater(t, len(got), 1<<10-5)
		require.LessOrEqual(t, len(got), 1<<10)
	}
}
