package classify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Network classifies errors of packages net, net/http, crypto/tls and crypto/x509.
//
//   - Non-retryable: a host name that does not exist ("NoSuchHost"); a certificate
//     that is not trusted and a server without TLS ("TLS"); an unknown scheme, an
//     invalid header or method, and too many redirects ("BadRequest").
//   - Retryable: all other failures to connect, to send and to receive ("Network",
//     or "NetworkTimeout" for timeouts).
func Network(_ context.Context, err error) Classification {
	var v Classification
	failure.Walk(err, func(err error) bool {
		if found := networkRule(err); found.Retryability > v.Retryability {
			v = found // an inner error may say more
		}
		return v.Retryability == NonRetryable
	})
	return v
}

const typeTimeout = "NetworkTimeout"

func networkRule(err error) Classification {
	switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
	case *net.DNSError:
		if e.IsNotFound && !e.IsTemporary {
			return Classification{Retryability: NonRetryable, Type: "NoSuchHost"}
		}
	case *tls.CertificateVerificationError, x509.UnknownAuthorityError, x509.HostnameError, x509.CertificateInvalidError,
		tls.RecordHeaderError:
		return Classification{Retryability: NonRetryable, Type: "TLS"}
	case *url.Error:
		switch {
		case errors.Is(e.Err, http.ErrSchemeMismatch):
			return Classification{Retryability: NonRetryable, Type: "TLS"}
		case e.Op == "parse" || isBadURL(e.Err):
			return Classification{Retryability: NonRetryable, Type: "BadRequest"}
		}
	case syscall.Errno:
		if e != syscall.ECONNREFUSED && e != syscall.ECONNRESET && e != syscall.EPIPE {
			return Classification{}
		}
	case net.Error:
	default:
		if err != io.ErrUnexpectedEOF && err != net.ErrClosed { //nolint:errorlint // Walk takes the tree apart
			return Classification{}
		}
	}
	if e, ok := err.(net.Error); ok && e.Timeout() { //nolint:errorlint // Walk takes the tree apart
		return Classification{Retryability: Retryable, Type: typeTimeout}
	}
	return Classification{Retryability: Retryable, Type: "Network"}
}

// isBadURL reports whether err is an error of package net/http without a type, for a
// request that cannot be sent.
func isBadURL(err error) bool {
	if err == nil {
		return false
	}
	text := err.Error()
	for _, part := range []string{
		"unsupported protocol scheme", "no Host in request URL", "invalid header field ", "invalid trailer field ", "invalid HTTP header ",
		"invalid method ", "invalid Host header",
	} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return strings.HasPrefix(text, "stopped after ") && strings.HasSuffix(text, " redirects")
}
