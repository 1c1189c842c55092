package email_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/examples/recipes/email"
)

// sink is an SMTP server that delivers each mail to a channel.
func sink(t *testing.T) (address string, mails <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	all := make(chan string, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go receive(c, all)
		}
	}()
	return l.Addr().String(), all
}

func receive(c net.Conn, mails chan<- string) {
	defer func() { _ = c.Close() }()
	_, _ = fmt.Fprint(c, "220 sink\r\n")
	var data strings.Builder
	reading := false
	for lines := bufio.NewScanner(c); lines.Scan(); {
		line := lines.Text()
		switch {
		case reading && line == ".":
			reading = false
			mails <- data.String()
			_, _ = fmt.Fprint(c, "250 accepted\r\n")
		case reading:
			data.WriteString(line + "\n")
		case line == "DATA":
			reading = true
			_, _ = fmt.Fprint(c, "354 go on\r\n")
		case line == "QUIT":
			_, _ = fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			_, _ = fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func TestNotify(t *testing.T) {
	t.Parallel()
	address, mails := sink(t)
	key, err := approvalkey.NewHMACKey("k1", []byte("32 random bytes, from a test...."))
	require.NoError(t, err)
	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
	require.NoError(t, err)
	m := &email.Mailer{Server: address, From: "erp@example.com", Links: links, People: func(users, groups []string) []email.Person {
		require.Empty(t, users)
		require.Equal(t, []string{"finance"}, groups)
		return []email.Person{
			{ID: "ann", Address: "ann@example.com", Groups: groups}, {ID: "bob", Address: "bob@example.com", Groups: groups},
		}
	}}
	n := approval.Notice{
		Key: "n1", Kind: approval.NoticeOpened, WorkflowID: "expense-7", Gate: "expense", Title: "Report 7\r\nBcc: eve@example.com",
		Requester: "carl", Groups: []string{"finance"}, Round: 1, Digest: "d1", Deadline: time.Now().Add(72 * time.Hour),
	}
	require.NoError(t, m.Notify(t.Context(), n))
	require.NoError(t, m.Notify(t.Context(), n), "an attempt whose answer was lost is repeated")
	first, second := <-mails, <-mails
	require.Contains(t, first, "To: ann@example.com\n")
	require.Contains(t, second, "To: bob@example.com\n")
	require.Contains(t, first, "https://erp.example.com/approvals/link?token=")
	require.NotContains(t, first, "\nBcc:")
	require.Equal(t, first, <-mails, "the same Message-ID and the same link")

	n.Kind = approval.NoticeClosed
	require.NoError(t, m.Notify(t.Context(), n))
	require.Equal(t, second, <-mails)
	require.Empty(t, mails, "the requester gets no link")
}
