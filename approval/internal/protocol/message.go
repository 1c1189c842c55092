package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"unicode/utf8"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Decision identifies a vote or a change, which counts once. The actor is part of it:
// an ID that two people happen to share must not swallow a vote.
type Decision struct{ Actor, ID string }

// encode returns a vote or a change as it is sent. It is a raw value, so that a data
// converter whose JSON has a name of its own leaves it as it is; codecs still apply.
func encode(gate string, message any) (converter.RawValue, error) {
	raw, err := wire.Encode(message)
	if err != nil {
		return raw, RefusalOf(gate, err)
	}
	return raw, nil
}

// encoded returns a subject on the wire; nil for none.
func encoded(gate string, value any) (wire.RawJSON, error) {
	s, err := NewSubject(value)
	if err != nil {
		return nil, Refuse(nil, Malformed, gate, fmt.Sprintf("the subject cannot be sent: %v", err))
	}
	return s.Data, nil
}

// IsID reports whether a gate or a decision can have that ID.
func IsID(id string) bool { return id != "" && len(id) <= MaxID && utf8.ValidString(id) }

func checkIDs(gate, id string) error {
	switch {
	case !IsID(gate):
		return Refuse(nil, Malformed, "",
			fmt.Sprintf(`the vote's gate ID has %d bytes; set "gate" to 1 to %d bytes of UTF-8`, len(gate), MaxID))
	case !IsID(id):
		return Refuse(nil, Malformed, gate,
			fmt.Sprintf(`the vote's decision ID has %d bytes; set "id" to 1 to %d bytes of UTF-8, the same when you send it again`, len(id), MaxID))
	}
	return nil
}

// contentOf returns a hash of the parts and their lengths. It is short: only the actor
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
