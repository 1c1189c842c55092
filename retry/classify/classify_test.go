package classify_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

type sqlError string

func (e sqlError) Error() string    { return "SQL" }
func (e sqlError) SQLState() string { return string(e) }

type safeError struct{ error }

func (safeError) SafeToRetry() bool { return true }

type statusError int

func (statusError) Error() string     { return "status" }
func (e statusError) StatusCode() int { return int(e) }

type httpStatusError int

func (httpStatusError) Error() string         { return "status" }
func (e httpStatusError) HTTPStatusCode() int { return int(e) }

// Every row of the tables in the doc comments, and what stands beside them.
func TestDefault(t *testing.T) {
	t.Parallel()
	const yes, no, unknown = classify.Retryable, classify.NonRetryable, classify.Unknown
	type row struct {
		err   error
		class classify.Retryability
		typ   string
	}
	rows := []row{
		{context.DeadlineExceeded, yes, "DeadlineExceeded"},
		{errors.New("anything else"), unknown, ""},
		{&json.SyntaxError{}, unknown, ""},
		{statusError(503), yes, "HTTP503"},
		{httpStatusError(404), no, "HTTP404"},
		{safeError{errors.New("x")}, yes, "NotSent"},
		{sqlError("odd"), unknown, ""},
		{&net.DNSError{IsNotFound: true}, no, "NoSuchHost"},
		{&net.DNSError{IsTemporary: true}, yes, "Network"},
		{&tls.CertificateVerificationError{Err: errors.New("x")}, no, "TLS"},
		{x509.UnknownAuthorityError{}, no, "TLS"},
		{x509.CertificateInvalidError{Cert: &x509.Certificate{}}, no, "TLS"},
		{tls.RecordHeaderError{Msg: "no TLS"}, no, "TLS"},
		{&url.Error{Op: "Get", Err: errors.New(`unsupported protocol scheme "ftp"`)}, no, "BadRequest"},
		{&url.Error{Op: "Get", Err: errors.New("stopped after 10 redirects")}, no, "BadRequest"},
		{&url.Error{Op: "Get", Err: errors.New("http: no Host in request URL")}, no, "BadRequest"},
		{&url.Error{Op: "Get", Err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}}, no, "NoSuchHost"},
		{&url.Error{Op: "Get", Err: &net.OpError{Op: "read", Err: timeoutError{}}}, yes, "NetworkTimeout"},
		{&url.Error{Op: "Get", Err: io.EOF}, yes, "Network"},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, yes, "Network"},
		{&net.OpError{Op: "read", Err: timeoutError{}}, yes, "NetworkTimeout"},
		{syscall.ECONNRESET, yes, "Network"},
		{syscall.EPIPE, yes, "Network"},
		{io.ErrUnexpectedEOF, yes, "Network"},
		{net.ErrClosed, yes, "Network"},
		{io.EOF, unknown, ""}, // the end of a file is no failure of the network
		{serviceerror.NewUnavailable("x"), yes, "Unavailable"},
		{serviceerror.NewNotFound("x"), no, "NotFound"},
	}
	for status := 100; status < 600; status++ {
		class, typ := unknown, ""
		switch status {
		case 408, 425, 500, 502, 503, 504:
			class, typ = yes, fmt.Sprint("HTTP", status)
		case 429:
			class, typ = yes, "RateLimited"
		case 409, 412:
		case 501, 505:
			class, typ = no, fmt.Sprint("HTTP", status)
		default:
			if status/100 == 4 {
				class, typ = no, fmt.Sprint("HTTP", status)
			}
		}
		rows = append(rows, row{&classify.ResponseError{StatusCode: status}, class, typ})
	}
	for class, codes := range map[classify.Retryability][]string{
		yes:     {"40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "42P05", "26000", "53000", "53300", "08000", "08006"},
		no:      {"22001", "23502", "23505", "28P01", "42P01", "42501"},
		unknown: {"00000", "0A000", "40000", "55000", "57P04", "XX000"},
	} {
		for _, code := range codes {
			typ := "SQLSTATE " + code
			if class == unknown {
				typ = ""
			}
			rows = append(rows, row{sqlError(code), class, typ})
		}
	}
	for _, r := range rows {
		for _, err := range []error{r.err, fmt.Errorf("while: %w", r.err), errors.Join(errors.New("x"), r.err)} {
			v := classify.Default(t.Context(), err)
			require.Equal(t, r.class, v.Retryability, "%T %v", r.err, err)
			require.Equal(t, r.typ, v.Type, "%T %v", r.err, err)
		}
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range []error{context.DeadlineExceeded, sqlError("57014")} {
		v := classify.Chain(classify.Context, classify.SQLState)(ended, err)
		require.Equal(t, unknown, v.Retryability, "the activity itself has ended: %v", err)
	}
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// One's own classifier comes first, for any row.
func TestChain(t *testing.T) {
	t.Parallel()
	token := func(_ context.Context, err error) classify.Classification {
		var r *classify.ResponseError
		if errors.As(err, &r) && r.StatusCode == http.StatusUnauthorized {
			return classify.Classification{Retryability: classify.Retryable, Type: "TokenExpired", RetryAfter: time.Second}
		}
		return classify.Classification{}
	}
	chain := classify.Chain(token, classify.Default)
	require.Equal(t, "TokenExpired", chain(t.Context(), &classify.ResponseError{StatusCode: 401}).Type)
	require.Equal(t, "HTTP403", chain(t.Context(), &classify.ResponseError{StatusCode: 403}).Type)
}
