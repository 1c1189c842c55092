package signals

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// defaultMaxIDs is the number of message IDs that a channel remembers: ten full
// batches, so that a batch that is sent again is known.
const defaultMaxIDs = 10 * maxBatch

// A hash stands for a message ID: 128 bits of its SHA-256. All have one length, so
// their size is bounded, and personal data in an ID is not written again.
type hash [16]byte

// A window remembers the latest IDs, in the order in which they came.
type window struct {
	limit int
	known map[hash]bool
	order []hash
}

// newWindow returns a window that knows the packed hashes.
func newWindow(limit int, packed []byte) window {
	if limit == 0 {
		limit = defaultMaxIDs
	}
	w := window{limit: limit, known: map[hash]bool{}}
	for one := range slices.Chunk(packed, len(hash{})) {
		if len(one) == len(hash{}) {
			w.add(hash(one))
		}
	}
	return w
}

// pack returns the window as bytes, oldest first.
func (w *window) pack() []byte {
	var packed []byte
	for _, h := range w.order {
		packed = append(packed, h[:]...)
	}
	return packed
}

// has reports whether the hash is known.
func (w *window) has(h hash) bool { return w.known[h] }

// add reports whether the hash is new, and remembers it.
func (w *window) add(h hash) bool {
	if w.known[h] {
		return false
	}
	w.known[h] = true
	w.order = append(w.order, h)
	if len(w.order) > w.limit {
		delete(w.known, w.order[0])
		w.order = w.order[1:]
	}
	return true
}

// forget undoes the add of one of the last hashes.
func (w *window) forget(h hash) {
	for i := len(w.order) - 1; i >= 0; i-- {
		if w.order[i] == h {
			delete(w.known, h)
			w.order = append(w.order[:i:i], w.order[i+1:]...)
			return
		}
	}
}

// identify returns the hash of a message's ID; ok is false when it has none.
func identify[T any](id func(T) string, v T) (h hash, ok bool, err error) {
	if id == nil {
		return h, false, nil
	}
	text, err := callSafely("ID", id, v)
	if text == "" || err != nil {
		return h, false, err
	}
	sum := sha256.Sum256([]byte(text))
	return hash(sum[:len(h)]), true, nil
}

// callSafely calls a function of the user's that does not block, and turns its panic
// into an error: no message may stop a workflow.
func callSafely[T any](what string, f func(T) string, v T) (text string, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("taking the %s out of a %T panicked; correct the function that does, or refuse such messages in Validate", what, v)
		}
	}()
	return f(v), nil
}
