package signals

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// seenByDefault is how many message IDs a channel remembers.
const seenByDefault = 1000

// A window remembers the latest IDs, in the order in which they came. It keeps
// hashes of one length, so that its size is bounded and nothing personal that
// an ID may hold is written once more.
type window struct {
	limit int
	known map[string]bool
	order []string
}

func newWindow(limit int, order []string) window {
	if limit <= 0 {
		limit = seenByDefault
	}
	w := window{limit: limit, known: map[string]bool{}}
	for _, hash := range order {
		w.add(hash)
	}
	return w
}

// add reports whether the hash is new, and remembers it.
func (w *window) add(hash string) bool {
	if w.known[hash] {
		return false
	}
	w.known[hash] = true
	w.order = append(w.order, hash)
	if len(w.order) > w.limit {
		delete(w.known, w.order[0])
		w.order = w.order[1:]
	}
	return true
}

// forget undoes the add of one of the last hashes.
func (w *window) forget(hash string) {
	for i := len(w.order) - 1; i >= 0; i-- {
		if w.order[i] == hash {
			delete(w.known, hash)
			w.order = append(w.order[:i:i], w.order[i+1:]...)
			return
		}
	}
}

// identify returns the hash of a message's ID, and "" when it has none.
func identify[T any](id func(T) string, v T) (hash string, err error) {
	if id == nil {
		return "", nil
	}
	text, err := textOf("ID", id, v)
	if text == "" || err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:16]), nil
}

// textOf calls a function of the user's that does not block, and makes an error
// of its panic: no message may stop a workflow.
func textOf[T any](what string, f func(T) string, v T) (text string, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("taking the %s out of a %T panicked; correct the function that does, or refuse such messages in Validate", what, v)
		}
	}()
	return f(v), nil
}
