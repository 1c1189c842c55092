package pgstore_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
)

// TestServerHangs has a server that takes what it is sent and never answers.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	pool, err := pgxpool.New(t.Context(), "postgres://clerk:secret@"+listener.Addr().String()+"/ledger?sslmode=disable")
	require.NoError(t, err)
	store, err := pgstore.New(pool, pgstore.Options{})
	require.NoError(t, err)
	c := driver.Claim{Lease: time.Minute, Retain: time.Hour}
	for name, call := range map[string]func() error{
		"Claim": func() error { _, err := store.Claim(t.Context(), c); return err },
		"Transact": func() error {
			_, err := store.Transact(t.Context(), c, func(context.Context, pgx.Tx, driver.Record) (driver.Completion, error) {
				return driver.Completion{}, nil
			})
			return err
		},
	} {
		t.Run(name+" returns", func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			err := call()
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Less(t, time.Since(begin), 20*time.Second)
			for _, secret := range []string{"clerk", "secret", "ledger", "127.0.0.1"} {
				require.NotContains(t, err.Error(), secret)
			}
		})
	}
}
