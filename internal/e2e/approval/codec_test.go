package approval_test

import (
	"errors"
	"os"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

const testEncoding = "binary/test"

var (
	errDown    = errors.New("the key service is down")
	errGarbage = errors.New("the payload was not made by this codec")
)

// A keyed codec cannot decode while a file says that its key service is down.
type keyed struct{ down string }

func (keyed) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	var all []*commonpb.Payload
	for _, p := range payloads {
		data, err := p.Marshal()
		if err != nil {
			return nil, err
		}
		all = append(all, payload(testEncoding, "key:"+string(xor(data))))
	}
	return all, nil
}

func (k keyed) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	var all []*commonpb.Payload
	for _, p := range payloads {
		if string(p.GetMetadata()[converter.MetadataEncoding]) != testEncoding {
			all = append(all, p)
			continue
		}
		// What is garbage is so at all times, whether or not the keys are there.
		if len(p.GetData()) < 4 || string(p.GetData()[:4]) != "key:" {
			return nil, errGarbage
		}
		if _, err := os.Stat(k.down); err == nil {
			return nil, errDown
		}
		plain := &commonpb.Payload{}
		if err := plain.Unmarshal(xor(p.GetData()[4:])); err != nil {
			return nil, errGarbage
		}
		all = append(all, plain)
	}
	return all, nil
}

func xor(data []byte) []byte {
	out := make([]byte, len(data))
	for i, b := range data {
		out[i] = b ^ 0x5a
	}
	return out
}

// Whose converter a process uses.
const (
	library = "library"
	sdks    = "sdk"
)

func dataConverter(whose, down string) converter.DataConverter {
	plain := converter.GetDefaultDataConverter()
	switch whose {
	case library:
		permanent := func(err error) bool { return errors.Is(err, errGarbage) }
		return signals.NewDataConverter(plain, []converter.PayloadCodec{keyed{down}}, signals.DataConverterOptions{IsPermanent: permanent})
	case sdks:
		return converter.NewCodecDataConverter(plain, keyed{down})
	}
	return plain
}
