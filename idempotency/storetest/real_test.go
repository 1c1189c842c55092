//go:build servers

package storetest_test

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	dsn := storetest.PostgreSQL(t)
	require.Equal(t, dsn, storetest.PostgreSQL(t), "a process has one server")
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	conn, err := net.Dial("tcp", u.Host)
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte{0, 0, 0, 8, 4, 210, 22, 47}) // asks for TLS, in the protocol of PostgreSQL
	require.NoError(t, err)
	answer, err := bufio.NewReader(conn).ReadByte()
	require.NoError(t, err)
	require.Equal(t, byte('N'), answer, "the server speaks the protocol and refuses TLS")
}

func TestRedis(t *testing.T) {
	t.Parallel()
	addr := storetest.Redis(t)
	require.Equal(t, addr, storetest.Redis(t), "a process has one server")
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	_, err = fmt.Fprint(conn, "PING\r\n")
	require.NoError(t, err)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "+PONG\r\n", answer)
	require.NotEqual(t, addr, storetest.Redis(t, "--appendonly", "yes"), "other arguments, another server")
}
