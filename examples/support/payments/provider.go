// Package payments provides a small payment provider for examples and tests. It charges
// cards and pays back over HTTP, and keeps a ledger, which says how often money moved
// whatever happened to workers and servers.
//
//	POST /charges   {"order": "o-1", "cents": 4200}   with the header Idempotency-Key
//	POST /refunds   {"order": "o-1", "cents": 4200}   with the header Idempotency-Key
//	GET  /charges?order=o-1                           returns what was charged for an order
//
// As real providers do, it answers a key that was used with the first answer, unless
// [Options] say otherwise. It can lose answers: the money moves, and the caller sees a
// broken connection.
package payments

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
)

const (
	maxBody = 4 << 10
	maxKey  = 255
)

// Options configure a provider.
type Options struct {
	// IgnoreKeys makes the provider move money at each request.
	IgnoreKeys bool
	// Busy sets the share of requests, from 0 to 1, that get 503 before money moves, and
	// Lost the share of requests whose answer is lost after it has moved.
	Busy, Lost float64
	// Seed selects the requests that fail.
	Seed uint64
}

// A Provider charges cards. It is an http.Handler, safe for concurrent use.
type Provider struct {
	http.Handler
	options Options
	ledger  *ledger

	mu     sync.Mutex
	random *rand.Rand
	count  int
}

// New returns a provider with an empty ledger.
func New(o Options) *Provider {
	p := &Provider{options: o, ledger: newLedger(), random: rand.New(rand.NewPCG(o.Seed, 0))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charges", p.move(charge))
	mux.HandleFunc("POST /refunds", p.move(refund))
	mux.HandleFunc("GET /charges", p.show)
	p.Handler = mux
	return p
}

// Ledger returns what moved, by order.
func (p *Provider) Ledger() map[string]Entry { return p.ledger.all() }

func (p *Provider) move(k kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m := movement{kind: k}
		key := r.Header.Get("Idempotency-Key")
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&m)
		switch {
		case err != nil || m.Order == "" || m.Cents <= 0:
			http.Error(w, `send {"order": "…", "cents": 4200} with more than 0 cents`, http.StatusBadRequest)
			return
		case len(key) > maxKey:
			http.Error(w, fmt.Sprintf("the Idempotency-Key has %d bytes; send at most %d", len(key), maxKey), http.StatusBadRequest)
			return
		}
		if p.options.IgnoreKeys {
			key = ""
		}
		busy, lost, id := p.draw(k)
		if busy {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "the provider is busy; try again", http.StatusServiceUnavailable)
			return
		}
		receipt, other := p.ledger.move(m, key, id)
		switch {
		case other:
			http.Error(w, "the Idempotency-Key was used for something else; send another", http.StatusUnprocessableEntity)
		case lost:
			panic(http.ErrAbortHandler) // breaks the connection
		default:
			answerJSON(w, receipt)
		}
	}
}

// draw decides how a request fails, and returns the ID of its receipt.
func (p *Provider) draw(k kind) (busy, lost bool, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	busy, lost = p.random.Float64() < p.options.Busy, p.random.Float64() < p.options.Lost
	return busy, lost, fmt.Sprintf("%s-%d", k, p.count)
}

// show returns what was charged for an order, for a caller without an answer.
func (p *Provider) show(w http.ResponseWriter, r *http.Request) {
	order := r.URL.Query().Get("order")
	entry, ok := p.ledger.all()[order]
	if !ok {
		entry.Order = order
	}
	answerJSON(w, entry)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a caller that is gone needs no answer
}
