package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// attemptHeader tells the number of the attempt, for the downstream's records.
const attemptHeader = "Attempt"

// An Answer is what the downstream does with a request.
type Answer struct {
	Status     int
	RetryAfter time.Duration
	Reset      bool // breaks the connection
	Hang       bool // never answers
}

// String is the answer in short.
func (a Answer) String() string {
	switch {
	case a.Reset:
		return "connection reset"
	case a.Hang:
		return "no answer"
	case a.RetryAfter > 0:
		return fmt.Sprintf("%d, retry after %v", a.Status, a.RetryAfter)
	default:
		return strconv.Itoa(a.Status)
	}
}

// A call is what the downstream remembers of a request.
type call struct {
	attempt int
	at      time.Time
	answer  Answer
}

// A Downstream is a service in this process, over real connections. It answers
// for each order as its script says, and keeps books of its own.
type Downstream struct {
	URL string

	stop func()

	mu      sync.Mutex
	scripts map[string][]Answer
	calls   map[string][]call
}

// listen starts a downstream on a free port of this machine, out of reach for
// others.
func listen(ctx context.Context) (*Downstream, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Downstream{URL: "http://" + listener.Addr().String(), scripts: map[string][]Answer{}, calls: map[string][]call{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charges/{order}", d.charge)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	d.stop = func() {
		_ = server.Close()
		<-done
	}
	return d, nil
}

// expect sets the answers for an order, one after the other.
func (d *Downstream) expect(order string, script []Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.scripts[order] = script
}

// callsOf returns what was asked for an order.
func (d *Downstream) callsOf(order string) []call {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]call(nil), d.calls[order]...)
}

func (d *Downstream) charge(w http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	attempt, _ := strconv.Atoi(r.Header.Get(attemptHeader)) // 0 is nobody's attempt: the check will say so
	answer := d.next(order, attempt)
	switch {
	case answer.Reset:
		reset(w)
	case answer.Hang:
		<-r.Context().Done() // until the caller has had enough
	default:
		if answer.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(answer.RetryAfter.Seconds())))
		}
		w.WriteHeader(answer.Status)
		_, _ = fmt.Fprintf(w, "receipt of %s", order) // the caller is gone: nobody to tell
	}
}

// next is the answer to this call. A call that the script does not know is
// refused, so that it shows.
func (d *Downstream) next(order string, attempt int) Answer {
	d.mu.Lock()
	defer d.mu.Unlock()
	answer := Answer{Status: http.StatusGone}
	if n := len(d.calls[order]); n < len(d.scripts[order]) {
		answer = d.scripts[order][n]
	}
	d.calls[order] = append(d.calls[order], call{attempt, time.Now(), answer})
	return answer
}

// reset breaks the connection, as a service that crashes does.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, not an orderly end
	}
	_ = conn.Close()
}
