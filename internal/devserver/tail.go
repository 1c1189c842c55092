package devserver

import (
	"slices"
	"strings"
	"sync"
)

const (
	tailBytes = 32 << 10 // room for the stack trace that follows a panic
	tailLines = 15
)

// tail keeps the end of what a process writes.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, b...)
	if len(t.buf) > 2*tailBytes { // seldom, so that a small write stays cheap
		t.buf = append(t.buf[:0], t.buf[len(t.buf)-tailBytes:]...)
	}
	return len(b), nil
}

// text returns all that is kept.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}

// String returns the last lines, indented to stand below an error's text. A
// stack trace is left out: the lines before it say what went wrong.
func (t *tail) String() string {
	lines := strings.FieldsFunc(t.text(), func(r rune) bool { return r == '\n' })
	isTrace := func(line string) bool { return strings.HasPrefix(line, "goroutine ") }
	if trace := slices.IndexFunc(lines, isTrace); trace > 0 {
		lines = lines[:trace]
	}
	if len(lines) == 0 {
		return "\n  (it wrote nothing)"
	}
	return "\n  " + strings.Join(lines[max(0, len(lines)-tailLines):], "\n  ")
}
