package intervention_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// An Order is the input of the activity. Its plan says how the bank treats it.
type Order struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// A Receipt is the result of the activity.
type Receipt struct {
	Order string `json:"order"`
	Cents int    `json:"cents"`
}

// A bank charges orders over HTTP, in the process of the test.
type bank struct {
	honorsKeys bool

	mu      sync.Mutex
	plans   map[string]plan
	calls   map[string]int
	charges map[string][]Receipt
	keys    map[string]Receipt
}

// A plan says how the first calls for an order fail: Silent ones have their effect and do not
// answer, Refused ones have none.
type plan struct{ Silent, Refused int }

func newBank(honorsKeys bool) *bank {
	return &bank{
		honorsKeys: honorsKeys, plans: map[string]plan{}, calls: map[string]int{}, charges: map[string][]Receipt{}, keys: map[string]Receipt{},
	}
}

func (b *bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var o Order
	if err := json.NewDecoder(r.Body).Decode(&o); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls[o.ID]++
	p, call, key := b.plans[o.ID], b.calls[o.ID], r.Header.Get("Idempotency-Key")
	if call <= p.Refused {
		http.Error(w, "refused", http.StatusServiceUnavailable)
		return
	}
	receipt, before := b.keys[key]
	if !before || !b.honorsKeys {
		receipt = Receipt{Order: o.ID, Cents: o.Cents}
		b.charges[o.ID] = append(b.charges[o.ID], receipt)
		b.keys[key] = receipt
	}
	if call <= p.Refused+p.Silent {
		http.Error(w, "the effect is there, the answer is lost", http.StatusGatewayTimeout)
		return
	}
	_ = json.NewEncoder(w).Encode(receipt)
}

// charged returns the charges of an order.
func (b *bank) charged(order string) []Receipt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.charges[order]
}

func (b *bank) expect(order string, p plan) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.plans[order] = p
}

// charge is the activity: it asks the bank at that address.
func charge(address string) func(context.Context, Order) (Receipt, error) {
	return func(ctx context.Context, o Order) (r Receipt, err error) {
		key, err := idempotency.DownstreamKey(ctx, "charge")
		if err != nil {
			return r, err
		}
		body, err := json.Marshal(o)
		if err != nil {
			return r, err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
		if err != nil {
			return r, err
		}
		request.Header.Set("Idempotency-Key", key)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return r, err
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return r, fmt.Errorf("the bank answers %s", response.Status)
		}
		return r, json.NewDecoder(response.Body).Decode(&r)
	}
}
