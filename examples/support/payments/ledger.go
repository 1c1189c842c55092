package payments

import "sync"

// An Entry is what was moved for one order.
type Entry struct {
	Order string `json:"order"`
	// Charges and Refunds are how often money was moved, Requests how often
	// that was asked for.
	Charges  int   `json:"charges"`
	Refunds  int   `json:"refunds"`
	Requests int   `json:"requests"`
	Cents    int64 `json:"cents"` // charged, less what was paid back
}

// A ledger remembers what was moved, and what was answered to which key.
type ledger struct {
	mu      sync.Mutex
	entries map[string]*Entry
	answers map[string]answer // by kind and key
}

// An answer is what a key was answered first, to which request.
type answer struct {
	request movement
	receipt Receipt
}

// A movement is what a person asks for.
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

// A Receipt is the answer to a charge or a refund.
type Receipt struct {
	ID    string `json:"id"`
	Order string `json:"order"`
	Cents int64  `json:"cents"`
}

func newLedger() *ledger {
	return &ledger{entries: map[string]*Entry{}, answers: map[string]answer{}}
}

// move moves money once for each key; an empty key is none. other says that the
// key was used for something else before.
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
