package failure

import (
	"slices"
	"time"
)

// A mark is a statement about the error that it stands around.
type mark struct {
	error
	permanent bool
	after     time.Duration
	benign    bool
	noEffect  bool
	heard     bool
}

func (m *mark) Unwrap() error { return m.error }

// MarkNonRetryable marks err as one that no retry can help.
func MarkNonRetryable(err error) error { return marked(err, mark{permanent: true}) }

// MarkRetryAfter marks err as one to retry when d has passed.
func MarkRetryAfter(err error, d time.Duration) error {
	return marked(err, mark{after: max(d, time.Millisecond)})
}

// MarkBenign marks err as expected.
func MarkBenign(err error) error { return marked(err, mark{benign: true}) }

// MarkNoEffect marks err as an error of work that has had no effect.
func MarkNoEffect(err error) error { return marked(err, mark{noEffect: true}) }

// HideNoEffect keeps marks of NoEffect within err from being heard further out: they
// were about work that is a part of other work.
func HideNoEffect(err error) error { return marked(err, mark{heard: true}) }

func marked(err error, m mark) error {
	if err == nil {
		return nil
	}
	m.error = err
	return &m
}

// HasNoEffect reports whether err is marked so. A join is when all that it joins
// are: what one part has done is done.
func HasNoEffect(err error) bool {
	return allPaths(err, func(err error) bool {
		m, ok := err.(*mark) //nolint:errorlint // every visits each of the tree
		return ok && m.noEffect
	})
}

// WithoutNoEffect returns err without that mark, or one of Heard, around it, which tell
// others nothing.
func WithoutNoEffect(err error) error {
	for {
		m, ok := err.(*mark) //nolint:errorlint // only the outermost error is asked
		if !ok || !m.noEffect && !m.heard {
			return err
		}
		err = m.error
	}
}

// Unmark returns err without the marks around it, whose type tells others nothing.
func Unmark(err error) error {
	for {
		m, ok := err.(*mark) //nolint:errorlint // only the outermost error is asked
		if !ok {
			return err
		}
		err = m.error
	}
}

// hasMark reports whether a mark stands anywhere in err's tree.
func hasMark(err error) bool {
	return Walk(err, func(err error) bool {
		_, ok := err.(*mark) //nolint:errorlint // Walk takes the tree apart
		return ok
	})
}

// allPaths reports whether holds is true for an error of each path through err's tree.
func allPaths(err error, holds func(error) bool) bool {
	if err == nil {
		return false
	}
	if holds(err) {
		return true
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		return !x.heard && allPaths(x.error, holds)
	case interface{ Unwrap() error }:
		return allPaths(x.Unwrap(), holds)
	case interface{ Unwrap() []error }:
		return all(x.Unwrap(), func(part error) bool { return allPaths(part, holds) })
	}
	return false
}

// all reports whether holds is true for each part that is an error, and whether
// there is one.
func all(parts []error, holds func(error) bool) bool {
	parts = slices.DeleteFunc(slices.Clone(parts), func(part error) bool { return part == nil })
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part error) bool { return !holds(part) })
}
