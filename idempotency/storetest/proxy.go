package storetest

import (
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// A Proxy stands between a client and a server on loopback, and cuts
// connections: before the server hears of a request, or before the client hears
// the answer.
type Proxy struct {
	// Addr returns the address that clients connect to.
	Addr string

	to     string
	mu     sync.Mutex
	random *rand.Rand
	share  float64
	cuts   int
}

// NewProxy starts a proxy for the server at an address. It ends with the test.
func NewProxy(t testing.TB, to string, seed uint64) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &Proxy{Addr: l.Addr().String(), to: to, random: rand.New(rand.NewPCG(seed, 0))}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p
}

// Cut lets a share of all requests end their connection, from 0 to 1.
func (p *Proxy) Cut(share float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.share = share
}

// Cuts returns the number of connections that were cut.
func (p *Proxy) Cuts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}

// fate says whether a request ends its connection, and on which side.
func (p *Proxy) fault() (cut, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.random.Float64() >= p.share {
		return false, false
	}
	p.cuts++
	return true, p.random.IntN(2) == 0
}

func (p *Proxy) serve(client net.Conn) {
	defer client.Close() //nolint:errcheck // it is cut
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close() //nolint:errcheck // so is this
	var mu sync.Mutex
	swallow := false // the answer that comes
	go func() {
		defer client.Close() //nolint:errcheck // the server has ended it, or it is cut
		b := make([]byte, 1<<16)
		for {
			n, err := server.Read(b)
			mu.Lock()
			last := swallow
			mu.Unlock()
			if err != nil || last {
				return
			}
			if _, err := client.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	b := make([]byte, 1<<16)
	for {
		n, err := client.Read(b)
		if err != nil {
			return
		}
		cut, after := p.fault()
		if cut && !after {
			return
		}
		mu.Lock()
		swallow = cut
		mu.Unlock()
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}
