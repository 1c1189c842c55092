package partners

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

const maxBody = 4 << 10

// charge is that of the payment provider, with what goes wrong by the order's ID.
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
	_ = json.Unmarshal(body, &order) // the provider says what is wrong
	switch {
	case strings.HasPrefix(order.ID, Declined):
		http.Error(w, "the card is declined; take another", http.StatusPaymentRequired)
	case strings.HasPrefix(order.ID, Revoked) && p.Payments.Ledger()[order.ID].Charges > 0:
		http.Error(w, "the API key is no longer valid; take another", http.StatusUnauthorized)
	case strings.HasPrefix(order.ID, Lost), strings.HasPrefix(order.ID, Revoked):
		p.Payments.ServeHTTP(nowhere{}, r)
		panic(http.ErrAbortHandler) // the connection breaks
	default:
		p.Payments.ServeHTTP(w, r)
	}
}

// nowhere is where an answer is lost.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}
