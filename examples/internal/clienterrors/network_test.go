package clienterrors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// listen accepts connections and gives each to serve.
func listen(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			// A connection that nothing refers to is closed by the garbage collector.
			context.AfterFunc(t.Context(), func() { _ = conn.Close() })
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

// refused is an address on which nothing listens.
func refused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// resolver asks a name server that answers everything with that code.
func resolver(t *testing.T, code byte) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buffer := make([]byte, 1<<12)
		for {
			n, from, err := server.ReadFrom(buffer)
			if err != nil {
				return
			}
			buffer[2], buffer[3] = buffer[2]|0x80, 0x80|code // the question, as an answer
			_, _ = server.WriteTo(buffer[:n], from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func network(t *testing.T) []row {
	silent := listen(t, func(net.Conn) {})
	reset := listen(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1)) // the caller is connected by then
		_ = c.(*net.TCPConn).SetLinger(0)
		_ = c.Close()
	})
	late, closed, cut := dial(t, silent), dial(t, silent), dial(t, reset)
	_ = late.SetReadDeadline(time.Now().Add(-time.Second))
	_ = closed.Close()
	one := make([]byte, 1)
	_, _ = cut.Write(one)
	return []row{
		{"TCP: connection refused", second(net.Dial("tcp", refused(t)))},
		{"TCP: nothing read in time", second(late.Read(one))},
		{"TCP: connection reset", second(cut.Read(one))},
		{"TCP: connection of ours is closed", second(closed.Read(one))},
		{"TCP: no port", second(net.Dial("tcp", "127.0.0.1"))},
		{"TCP: unknown network", second(net.Dial("tpc", "127.0.0.1:1"))},
		{"DNS: no such name", second(resolver(t, 3).LookupHost(t.Context(), "shop.example."))},
		{"DNS: the server fails", second(resolver(t, 2).LookupHost(t.Context(), "shop.example."))},
		{"DNS: not a name", second(resolver(t, 3).LookupHost(t.Context(), "a..b"))},
	}
}

func tlsErrors(t *testing.T) []row {
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	get := func(url string, config *tls.Config) error {
		c := &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
		r, err := c.Get(url)
		if err == nil {
			_ = r.Body.Close()
		}
		return err
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(secure.Certificate())
	old := func() time.Time { return time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC) }
	return []row{
		{"TLS: certificate of an unknown authority", get(secure.URL, nil)},
		{"TLS: certificate of another host", get(secure.URL, &tls.Config{RootCAs: trusted, ServerName: "other.example"})},
		{"TLS: certificate that is not valid yet", get(secure.URL, &tls.Config{RootCAs: trusted, Time: old})},
		{"TLS: a server without TLS", get(strings.Replace(plain.URL, "http:", "https:", 1), nil)},
		{"TLS: no common version", get(secure.URL, &tls.Config{RootCAs: trusted, MaxVersion: tls.VersionTLS10, MinVersion: tls.VersionTLS10})},
		{"TLS: not a certificate", second(x509.ParseCertificate([]byte("x")))},
	}
}
