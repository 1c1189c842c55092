package approval

import (
	"fmt"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// argument is a vote or a change as it is sent. It is a raw value, so that a data
// converter whose JSON has a name of its own leaves it as it is; codecs still apply.
func argument(gate string, m any) (converter.RawValue, error) {
	raw, err := wire.Encode(m)
	if err != nil {
		return raw, refusalOf(gate, err)
	}
	return raw, nil
}

// encoded is a subject on the wire; nil is none.
func encoded(gate string, value any) (wire.Raw, error) {
	s, err := newSubject(value)
	if err != nil {
		return nil, refusal(ReasonMalformed, gate, fmt.Sprintf("the subject cannot be sent: %v", err))
	}
	return s.Data, nil
}

// Argument is the change as the argument of [UpdateManage]. It is not signed.
func (c Change) Argument(gate string) (any, error) {
	m, err := c.change(gate)
	if err != nil {
		return nil, err
	}
	return argument(gate, m)
}
