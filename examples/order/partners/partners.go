// Package partners stands in for the companies that the order process works with: one
// scores orders, one takes payments, one takes parcels.
//
//	POST /scores                  how likely fraud is, from 0 to 100
//	POST /charges, POST /refunds  see package payments
//	GET  /charges?order={order}   see package payments
//	POST /parcels/{order}/pack
//	POST /parcels/{order}/send
//	POST /parcels/{order}/recall
//
// As in the sandboxes of real companies, the request says what fails: here by the prefix
// of the order's ID, see [PrefixBusy] and the others.
package partners

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// Prefixes of the IDs of orders for which something fails.
const (
	PrefixBusy      = "busy-"       // the first two calls for a score are answered 503
	PrefixFraud     = "fraud-"      // the score is high
	PrefixDeclined  = "declined-"   // the card is declined
	PrefixLost      = "lost-"       // the charge succeeds, and every answer is lost
	PrefixRevoked   = "revoked-"    // the charge succeeds, its answer is lost, and the next one is 401
	PrefixNoAddress = "no-address-" // the address of the parcel is unknown
	PrefixSilent    = "silent-"     // the parcel is sent, and every answer is lost
)

const busyFor = 2

// Partners serves all companies. It is an http.Handler, safe for concurrent use.
type Partners struct {
	Payments *payments.Provider

	latency func() time.Duration
	mux     *http.ServeMux
	mu      sync.Mutex
	asked   map[string]int // for scores
	parcels map[string]int // on their way
	recalls map[string]bool
}

// New returns partners without orders. latency returns how long they take to answer; nil
// means no time.
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

// ServeHTTP implements http.Handler.
func (p *Partners) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mux.ServeHTTP(w, r)
	if p.latency != nil { // after the effect, while the caller waits
		time.Sleep(p.latency())
	}
}

// Parcels returns the number of parcels that are on their way, by order.
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
	busy := strings.HasPrefix(order.ID, PrefixBusy) && p.asked[order.ID] <= busyFor
	p.mu.Unlock()
	score := 7
	switch {
	case busy:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "the service is busy; try again", http.StatusServiceUnavailable)
		return
	case strings.HasPrefix(order.ID, PrefixFraud):
		score = 97
	}
	_ = json.NewEncoder(w).Encode(map[string]int{"score": score}) // a caller that is gone needs no answer
}

// send sends the parcel of an order, once.
func (p *Partners) send(w http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	if strings.HasPrefix(order, PrefixNoAddress) {
		http.Error(w, "the address is unknown; correct it", http.StatusUnprocessableEntity)
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
	case strings.HasPrefix(order, PrefixSilent):
		panic(http.ErrAbortHandler) // the connection breaks
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"number": fmt.Sprint("parcel-", order)})
}

// recall calls a parcel back, or keeps it from being sent later.
func (p *Partners) recall(_ http.ResponseWriter, r *http.Request) {
	order := r.PathValue("order")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recalls[order] = true
	delete(p.parcels, order)
}

const maxBody = 4 << 10

// charge passes a charge to the payment provider, or fails as the order's ID says.
func (p *Partners) charge(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the charge cannot be read; send less", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var order struct {
		ID string `json:"order"`
	}
	_ = json.Unmarshal(body, &order) // the provider refuses what cannot be read
	switch {
	case strings.HasPrefix(order.ID, PrefixDeclined):
		http.Error(w, "the card is declined; take another", http.StatusPaymentRequired)
	case strings.HasPrefix(order.ID, PrefixRevoked) && p.Payments.Ledger()[order.ID].Charges > 0:
		http.Error(w, "the API key is no longer valid; take another", http.StatusUnauthorized)
	case strings.HasPrefix(order.ID, PrefixLost), strings.HasPrefix(order.ID, PrefixRevoked):
		p.Payments.ServeHTTP(nowhere{}, r)
		panic(http.ErrAbortHandler) // the connection breaks
	default:
		p.Payments.ServeHTTP(w, r)
	}
}

// nowhere loses an answer.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}
