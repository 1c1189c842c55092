package partners

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// How the ID of an order begins for which something goes wrong.
const (
	Busy      = "busy-"       // the first two questions for a score are answered 503
	Fraud     = "fraud-"      // it has a high score
	Declined  = "declined-"   // the payment is refused
	Lost      = "lost-"       // the money is moved, and no answer of that ever arrives
	Revoked   = "revoked-"    // the money is moved, no answer arrives, and the next charge is answered 401
	NoAddress = "no-address-" // the parcel is refused
	Silent    = "silent-"     // the parcel is taken over, and no answer of that ever arrives
)

const busyFor = 2

// Partners are the services, as one http.Handler. It is safe for concurrent use.
type Partners struct {
	Payments *payments.Provider

	latency func() time.Duration
	mux     *http.ServeMux
	mu      sync.Mutex
	asked   map[string]int // for scores
	parcels map[string]int // on their way
	recalls map[string]bool
}

// New returns services that have not been asked yet. latency is how long they
// take to answer; nil is no time.
func New(o payments.Options, latency func() time.Duration) *Partners {
	p := &Partners{
		Payments: payments.New(o), latency: latency, mux: http.NewServeMux(), asked: map[string]int{}, parcels: map[string]int{},
		recalls: map[string]bool{},
	}
	p.mux.HandleFunc("POST /scores", p.score)
	p.mux.HandleFunc("POST /charges", p.charge)
	p.mux.HandleFunc("POST /parcels/{order}/pack", func(http.ResponseWriter, *http.Request) {})
	p.mux.HandleFunc("POST /parcels/{order}/send", p.send)
	p.mux.HandleFunc("POST /parcels/{order}/recall", p.recall)
	p.mux.Handle("/", p.Payments)
	return p
}

// ServeHTTP is that of http.Handler.
func (p *Partners) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mux.ServeHTTP(w, r)
	if p.latency != nil { // what was done is done when the caller is still waiting
		time.Sleep(p.latency())
	}
}

// Parcels is how many parcels of each order are on their way.
func (p *Partners) Parcels() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.parcels)
}

func (p *Partners) score(w http.ResponseWriter, r *http.Request) {
	var order struct {
		ID string `json:"id"`
	}
	if err := json.NewDecoder(r.Body).Decode(&order); err != nil || order.ID == "" {
		http.Error(w, "send an order with an id", http.StatusUnprocessableEntity)
		return
	}
	p.mu.Lock()
	p.asked[order.ID]++
	busy := strings.HasPrefix(order.ID, Busy) && p.asked[order.ID] <= busyFor
	p.mu.Unlock()
	score := 7
	switch {
	case busy:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the service is busy; try again", http.StatusServiceUnavailable)
		return
	case strings.HasPrefix(order.ID, Fraud):
		score = 97
	}
	_ = json.NewEncoder(w).Encode(map[string]int{"score": score}) // who has gone needs no answer
}

// send takes a parcel over once: an order has one, and asking again changes
// nothing.
func (p *Partners) send(w http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	if strings.HasPrefix(order, NoAddress) {
		http.Error(w, "nobody lives at that address; correct it", http.StatusUnprocessableEntity)
		return
	}
	p.mu.Lock()
	recalled := p.recalls[order]
	if !recalled {
		p.parcels[order] = 1
	}
	p.mu.Unlock()
	switch {
	case recalled:
		http.Error(w, "the parcel was called back", http.StatusConflict)
		return
	case strings.HasPrefix(order, Silent):
		panic(http.ErrAbortHandler) // the connection breaks
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"number": fmt.Sprint("parcel-", order)})
}

// recall brings a parcel back; one that is not sent yet never will be.
func (p *Partners) recall(_ http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recalls[order] = true
	delete(p.parcels, order)
}
