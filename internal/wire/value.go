package wire

import (
	"fmt"

	"go.temporal.io/sdk/converter"
)

// ReadOrZero decodes what was judged before, and judges nothing: no Validate is called.
// Nothing and null are the zero value.
func ReadOrZero[T any](raw converter.RawValue) (v T, err error) {
	if requirePresent(raw) != nil || len(raw.Payload().GetData()) == 0 {
		return v, nil
	}
	defer func() { // of the user's UnmarshalJSON
		if p := recover(); p != nil {
			err = fmt.Errorf("reading a %T panicked; correct its UnmarshalJSON", v)
		}
	}()
	if converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &v) != nil {
		return v, explainDecode(raw, new(T))
	}
	return v, nil
}
