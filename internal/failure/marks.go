package failure

import (
	"errors"
	"time"
)

// A mark is a statement about an error that stands in its chain.
type mark struct {
	error
	permanent bool
	after     time.Duration
	benign    bool
}

func (m *mark) Unwrap() error { return m.error }

// Permanent marks err as one that no retry can help.
func Permanent(err error) error { return marked(err, mark{permanent: true}) }

// After marks err as one to retry when d has passed.
func After(err error, d time.Duration) error {
	return marked(err, mark{after: max(d, time.Millisecond)})
}

// Benign marks err as expected.
func Benign(err error) error { return marked(err, mark{benign: true}) }

func marked(err error, m mark) error {
	if err == nil {
		return nil
	}
	m.error = err
	return &m
}

// Marked returns what the marks in err's chain say; ok is false when there is
// none. Of two that contradict each other, the outer one counts: whoever wraps
// an error knows more.
func Marked(err error) (v Verdict, ok bool) {
	for m := (*mark)(nil); errors.As(err, &m); err = m.error {
		ok = true
		v.Benign = v.Benign || m.benign
		switch {
		case v.Class != Unknown:
		case m.permanent:
			v.Class = NonRetryable
		case m.after > 0:
			v.Class, v.After = Retryable, m.after
		}
	}
	return v, ok
}
