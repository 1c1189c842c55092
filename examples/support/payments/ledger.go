package payments

import "sync"

// An Entry says what moved for one order.
type Entry struct {
	Order string `json:"order"`
	// Charges and Refunds count the movements of money, and Requests the calls.
	Charges  int   `json:"charges"`
	Refunds  int   `json:"refunds"`
	Requests int   `json:"requests"`
	Cents    int64 `json:"cents"` // charged, less what was paid back
}

// A ledger keeps what moved, and the answer to each key.
type ledger struct {
	mu      sync.Mutex
	entries map[string]*Entry
	answers map[string]answer // by kind and key
}

// An answer keeps the first request with a key, and its receipt.
type answer struct {
	request movement
	receipt Receipt
}

// A movement asks for a charge or a refund.
type movement struct {
	Order string `json:"order"`
	Cents int64  `json:"cents"`
	kind  kind
}

type kind string

const (
	charge kind = "charge"
	refund kind = "refund"
)

// A Receipt confirms a charge or a refund.
type Receipt struct {
	ID    string `json:"id"`
	Order string `json:"order"`
	Cents int64  `json:"cents"`
}

func newLedger() *ledger {
	return &ledger{entries: map[string]*Entry{}, answers: map[string]answer{}}
}

// move moves money once for each key that is not empty. other reports that the key was
// used for another request.
func (l *ledger) move(m movement, key, id string) (r Receipt, other bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry(m.Order)
	e.Requests++
	if first, used := l.answers[string(m.kind)+key]; key != "" && used {
		return first.receipt, first.request != m
	}
	r = Receipt{ID: id, Order: m.Order, Cents: m.Cents}
	if m.kind == charge {
		e.Charges++
		e.Cents += m.Cents
	} else {
		e.Refunds++
		e.Cents -= m.Cents
	}
	if key != "" {
		l.answers[string(m.kind)+key] = answer{m, r}
	}
	return r, false
}

func (l *ledger) entry(order string) *Entry {
	e := l.entries[order]
	if e == nil {
		e = &Entry{Order: order}
		l.entries[order] = e
	}
	return e
}

func (l *ledger) all() map[string]Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make(map[string]Entry, len(l.entries))
	for order, e := range l.entries {
		all[order] = *e
	}
	return all
}
