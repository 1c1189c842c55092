package clienterrors

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // the driver
)

func databases(t *testing.T) []row {
	lite, err := sql.Open("sqlite", "file:"+t.TempDir()+"/db")
	require.NoError(t, err)
	t.Cleanup(func() { _ = lite.Close() })
	_, err = lite.ExecContext(t.Context(), "create table t (id integer primary key)")
	require.NoError(t, err)
	_, err = lite.ExecContext(t.Context(), "insert into t values (1)")
	require.NoError(t, err)
	closed, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	_ = closed.Close()
	my, err := sql.Open("mysql", fmt.Sprintf("user:secret@tcp(%s)/db", refused(t)))
	require.NoError(t, err)
	t.Cleanup(func() { _ = my.Close() })
	tx, err := lite.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, tx.Rollback())
	var id int
	return []row{
		{"SQLite: a syntax error", second(lite.ExecContext(t.Context(), "selec 1"))},
		{"SQLite: a row that is there", second(lite.ExecContext(t.Context(), "insert into t values (1)"))},
		{"database/sql: no rows", lite.QueryRowContext(t.Context(), "select id from t where id = 2").Scan(&id)},
		{"database/sql: a value of another type", lite.QueryRowContext(t.Context(), "select 'x'").Scan(&id)},
		{"database/sql: a transaction that is over", tx.Commit()},
		{"database/sql: a database that is closed", closed.PingContext(t.Context())},
		{"database/sql: a bad connection", driver.ErrBadConn},
		{"MySQL: connection refused", my.PingContext(t.Context())},
		{"MySQL: a deadlock", &mysql.MySQLError{Number: 1213, Message: "Deadlock found"}},
		{"MySQL: a row that is there", &mysql.MySQLError{Number: 1062, Message: "Duplicate entry"}},
	}
}

// fakeRedis answers GET with its key, as an error, and every other command with
// an error that clients expect from an old server.
func fakeRedis(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	line := func() string {
		text, _ := in.ReadString('\n')
		return strings.TrimSpace(text)
	}
	for {
		var words []string
		n := 0
		if _, err := fmt.Sscanf(line(), "*%d", &n); err != nil {
			return
		}
		for range n {
			_ = line() // the length
			words = append(words, line())
		}
		answer := "-ERR unknown command"
		if len(words) == 2 && strings.EqualFold(words[0], "get") {
			answer = words[1]
		}
		if _, err := fmt.Fprint(c, answer, "\r\n"); err != nil {
			return
		}
	}
}

func redisErrors(t *testing.T) (rows []row) {
	open := func(address string) *redis.Client {
		c := redis.NewClient(&redis.Options{
			Addr: address, MaxRetries: -1, ReadTimeout: 100 * time.Millisecond, DialerRetries: 1, Protocol: 2, DisableIdentity: true,
		})
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	c := open(listen(t, fakeRedis))
	for _, answer := range []string{"-LOADING", "-READONLY", "-OOM", "-WRONGTYPE", "-NOAUTH", "-CLUSTERDOWN", "-MOVED"} {
		rows = append(rows, row{"Redis: " + answer[1:], c.Get(context.Background(), answer).Err()})
	}
	closed := open(refused(t))
	_ = closed.Close()
	return append(rows,
		row{"Redis: no such key", c.Get(context.Background(), "$-1").Err()},
		row{"Redis: connection refused", open(refused(t)).Get(context.Background(), "x").Err()},
		row{"Redis: no answer in time", open(listen(t, func(net.Conn) {})).Get(context.Background(), "x").Err()},
		row{"Redis: the client is closed", closed.Get(context.Background(), "x").Err()},
	)
}
