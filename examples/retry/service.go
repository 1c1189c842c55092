package main

import (
	"net/http"
	"strings"
	"sync"
)

// A Service stands in for a payment service that fails. It is an http.Handler.
type Service struct {
	// Answers holds the answers to the first calls for an order, by what its ID begins
	// with. The service answers later calls with a receipt.
	Answers map[string][]Answer
	Printf  func(who, format string, args ...any)

	mu    sync.Mutex
	calls map[string]int
}

// An Answer answers one call.
type Answer struct {
	Name  string // for Printf
	Write func(http.ResponseWriter, *http.Request)
}

// Answers of the service.
var (
	badRequest = status(http.StatusBadRequest, "")
	down       = status(http.StatusServiceUnavailable, "")
	broken     = Answer{"connection broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
	silent     = Answer{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
)

func busy(seconds string) Answer { return status(http.StatusServiceUnavailable, seconds) }

func status(code int, retryAfter string) Answer {
	a := Answer{Name: http.StatusText(code)}
	if retryAfter != "" {
		a.Name += ", retry after " + retryAfter + " s"
	}
	a.Write = func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
	}
	return a
}

func newService(printf func(who, format string, args ...any)) *Service {
	return &Service{Printf: printf, calls: map[string]int{}, Answers: map[string][]Answer{
		"train": {busy("2"), broken, silent},
		"typo":  {badRequest},
		"hotel": {down, down, down, down},
		"visa":  {busy("36000")},
	}}
}

// ServeHTTP answers a call for an order.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	order := strings.TrimPrefix(r.URL.Path, "/charges/")
	kind, _, _ := strings.Cut(order, "-")
	s.mu.Lock()
	n := s.calls[order]
	s.calls[order]++
	s.mu.Unlock()
	answer := Answer{"charged", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("receipt of " + order)) }}
	if answers := s.Answers[kind]; n < len(answers) {
		answer = answers[n]
	}
	s.Printf("service", "%s: %s", order, answer.Name)
	answer.Write(w, r)
}
