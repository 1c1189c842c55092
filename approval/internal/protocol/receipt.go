package protocol

import (
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Receipt holds the result of [UpdateDecide] and [UpdateChange]. Its fields are those of
// approvalclient.Receipt, which documents them.
type Receipt struct {
	Gate      string        `json:"gate"`
	ID        string        `json:"id"`
	Choice    policy.Choice `json:"choice,omitempty"`
	Queued    bool          `json:"queued,omitempty"`
	State     policy.State  `json:"state,omitempty"`
	Round     int           `json:"round,omitempty"`
	Stage     int           `json:"stage,omitempty"`
	Approvals int           `json:"approvals,omitempty"`
	Need      int           `json:"need,omitempty"`
	Missing   int           `json:"missing,omitempty"`
}

// A KeptReceipt holds the result of [QueryReceipt]: a receipt and a hash of what was sent.
type KeptReceipt struct {
	Receipt
	Content string `json:"content,omitempty"`
}

// Again answers a decision whose ID was counted before: with the first receipt, or with
// a refusal when something else was sent under that ID.
func (r KeptReceipt) Again(content string) (Receipt, error) {
	if r.Content != content {
		return Receipt{}, Refuse(nil, KeyReused, r.Gate,
			"this ID was used for another decision of this actor; send the same again, or another decision under an ID of its own")
	}
	return r.Receipt, nil
}
