package signals

import (
	"context"
	"sync"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// maxBatch bounds the messages of one signal: a workflow may have to handle them
// in one workflow task, and a channel must know their IDs for some time.
const maxBatch = 1_000

// A Batcher sends many small messages to one workflow in few signals: each
// signal is a history event, and a run takes 10,000 of them. The receiving
// [Channel] sees single messages again, in order; other receivers cannot read it. It is for senders outside
// workflow code, and safe for concurrent use.
type Batcher[T any] struct {
	signal Signal[T]
	client Client
	ref    Ref

	mu       sync.Mutex
	messages [][]byte
	size     int // of the batch on the wire
}

// Batcher returns a batcher to the run of the workflow that is open when it
// sends.
func (s Signal[T]) Batcher(c Client, ref Ref) *Batcher[T] {
	return &Batcher[T]{signal: s, client: c, ref: ref}
}

// Add puts v behind the messages that wait. When it would make them more than
// one signal takes (256 KB, 1,000 messages), they are sent first. When that fails,
// v was not added and they wait on: call Add again. A message that is too large
// by itself is refused with [ReasonTooLarge], one that is null with [ReasonMalformed], and
// one that is not JSON with [ReasonMisuse]; all leave the others alone. Take no message for sent before
// Flush has returned nil.
func (b *Batcher[T]) Add(ctx context.Context, v T) error {
	if err := checkCall("signal", b.signal.name, b.client); err != nil {
		return err
	}
	raw, err := encode("signal", b.signal.name, v)
	if err != nil {
		return err
	}
	payload := raw.Payload()
	if enc := string(payload.GetMetadata()[converter.MetadataEncoding]); enc != converter.MetadataEncodingJSON {
		return refuse(ReasonMisuse, "%T is encoded as %q and cannot be batched; use a type that encodes as JSON, or Send it", v, enc)
	}
	n := len(payload.GetData()) + 1 // with a comma or bracket
	if n+1 > wire.MaxMessage {
		return refuse(ReasonTooLarge, "%d bytes for a batch of signal %q, the limit is %d; store the data and send its key", n+1, b.signal.name,
			wire.MaxMessage)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if 1+b.size+n > wire.MaxMessage || len(b.messages) == maxBatch {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	b.messages, b.size = append(b.messages, payload.GetData()), b.size+n
	return nil
}

// Flush sends the messages that wait. Once it has returned nil, every message
// added before is in the workflow's history; when it fails they wait on, and
// may have been delivered: see [Signal.WithID]. Call it when there is no more
// to add, and from time to time when messages are few.
func (b *Batcher[T]) Flush(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.flush(ctx)
}

// Len returns the number of messages that wait to be sent.
func (b *Batcher[T]) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.messages)
}

func (b *Batcher[T]) flush(ctx context.Context) error {
	if len(b.messages) == 0 {
		return nil
	}
	if err := b.signal.send(ctx, b.client, b.ref, wire.NewBatch(b.messages)); err != nil {
		return err
	}
	b.messages, b.size = nil, 0
	return nil
}
