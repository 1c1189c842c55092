package approval

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A keptReceipt is a receipt and a hash of what was sent: the answer to
// [QueryReceipt].
type keptReceipt struct {
	Receipt
	Content string `json:"content,omitempty"`
}

// content names what a vote asks for. It leaves out what an edge fills in and may
// know better the next time: the groups, and how the actor is known.
func (m message) content() string {
	return contentOf("vote", string(m.Choice), m.Comment, m.Reason, m.For, strconv.Itoa(m.Round), m.Digest, wire.Compact(m.Subject))
}

// content names what a change asks for.
func (m change) content() string {
	parts := []string{"change", string(m.Action), m.Comment, m.By.String(), m.To, wire.Compact(m.Subject)}
	return contentOf(append(parts, m.reassigns()...)...)
}

// contentOf is a hash of the parts and their lengths. It is short: only the actor
// who has chosen the ID could gain by a collision, and nothing.
func contentOf(parts ...string) string {
	var few [256]byte // most votes need no more
	text := few[:0]
	for _, part := range parts {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// again answers a decision whose ID was counted before: with the first receipt,
// or with a refusal when something else was sent under that ID.
func (d decided) again(content string) (Receipt, error) {
	if d.content != content {
		return Receipt{}, refusal(ReasonKeyReused, d.Gate,
			"this ID was used for another decision of this actor; send the same again, or another decision under an ID of its own")
	}
	return d.Receipt, nil
}
