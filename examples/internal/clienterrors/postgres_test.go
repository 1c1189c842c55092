package clienterrors

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

// fakePostgres answers each statement, which is "code text", with that error.
func fakePostgres(c net.Conn) {
	defer c.Close()
	b := pgproto3.NewBackend(c, c)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	b.Send(&pgproto3.ParameterStatus{Name: "client_encoding", Value: "UTF8"})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	for b.Flush() == nil {
		message, err := b.Receive()
		if err != nil {
			return
		}
		if q, ok := message.(*pgproto3.Query); ok {
			code, text, _ := strings.Cut(q.String, " ")
			if code == "close" {
				return
			}
			b.Send(&pgproto3.ErrorResponse{Severity: "ERROR", Code: code, Message: text})
			b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		}
	}
}

func postgres(t *testing.T) (rows []row) {
	address := listen(t, fakePostgres)
	url := fmt.Sprintf("postgres://user:secret@%s/db?sslmode=disable", address)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	broken, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	execute := func(conn *pgx.Conn, statement string) error {
		_, err := conn.Exec(context.Background(), statement, pgx.QueryExecModeSimpleProtocol)
		return err
	}
	for _, statement := range []string{
		"0A000 cached plan must not change result type", "0A000 cannot insert into view", "0A000 gecachter Plan", "22001 value too long",
		"23505 duplicate key", "25006 read-only transaction", "26000 prepared statement does not exist", "28P01 password authentication failed",
		"40001 could not serialize access", "40P01 deadlock detected", "42601 syntax error", "42P05 prepared statement already exists",
		"53300 too many connections", "55P03 lock not available", "57014 canceling statement", "57P01 terminating connection",
		"58030 I/O error", "XX000 internal error",
	} {
		rows = append(rows, row{"pgx: " + statement, execute(conn, statement)})
	}
	lib, err := sql.Open("postgres", url)
	require.NoError(t, err)
	defer lib.Close()
	_, err = lib.ExecContext(t.Context(), "40001 could not serialize access")
	var code *pq.Error
	require.ErrorAs(t, err, &code)
	rows = append(rows, row{"lib/pq: 40001 could not serialize access", err})
	_, err = lib.ExecContext(t.Context(), "42601 syntax error")
	rows = append(rows,
		row{"lib/pq: 42601 syntax error", err},
		row{"pgx: the server closes the connection", execute(broken, "close")},
		row{"pgx: the connection is closed", execute(broken, "select 1")},
		row{"pgx: connection refused", second(pgconn.Connect(t.Context(), "postgres://"+refused(t)+"/db?sslmode=disable"))},
		row{"pgx: a connection string with a mistake", second(pgconn.ParseConfig("postgres://%%"))},
		row{"pgx: no rows", pgx.ErrNoRows},
	)
	return rows
}
