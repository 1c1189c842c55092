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

// Options tunes [New].
type Options struct {
	// IgnoreKeys makes the provider one of those that move money at each request.
	IgnoreKeys bool
	// Busy and Lost are the shares, from 0 to 1, of requests that are answered 503
	// before anything is moved, and of those whose answer is lost after it was.
	Busy, Lost float64
	// Seed makes the faults the same in each run.
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

// New returns a provider that has not charged anybody yet.
func New(o Options) *Provider {
	p := &Provider{options: o, ledger: newLedger(), random: rand.New(rand.NewPCG(o.Seed, 0))}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charges", p.move(charge))
	mux.HandleFunc("POST /refunds", p.move(refund))
	mux.HandleFunc("GET /charges", p.show)
	p.Handler = mux
	return p
}

// Ledger is what was moved, by order.
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
			panic(http.ErrAbortHandler) // the connection breaks, as it does when a provider's machine does
		default:
			answerJSON(w, receipt)
		}
	}
}

// draw says what goes wrong with a request, and names what it moves.
func (p *Provider) draw(k kind) (busy, lost bool, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count++
	busy, lost = p.random.Float64() < p.options.Busy, p.random.Float64() < p.options.Lost
	return busy, lost, fmt.Sprintf("%s-%d", k, p.count)
}

// show says what was charged for an order: a caller that does not know whether a charge
// was made can ask.
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
	_ = json.NewEncoder(w).Encode(v) // who has gone needs no answer
}
