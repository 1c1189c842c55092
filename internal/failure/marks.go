package failure

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
)

// A retryMarkWithoutInterceptor is a mark: a statement about the error that it
// wraps. The interceptor of package retry removes it. Without the interceptor, the
// SDK records the name of this type, which then tells what is missing.
type retryMarkWithoutInterceptor struct {
	error

	nonRetryable bool
	retryAfter   time.Duration
	benign       bool
	noEffect     bool
	hideNoEffect bool
}

func (m *retryMarkWithoutInterceptor) Unwrap() error { return m.error }

// MarkNonRetryable marks err as an error that no retry can help.
func MarkNonRetryable(err error) error {
	return withMark(err, retryMarkWithoutInterceptor{nonRetryable: true})
}

// MarkRetryAfter marks err as an error to retry after d.
func MarkRetryAfter(err error, d time.Duration) error {
	return withMark(err, retryMarkWithoutInterceptor{retryAfter: max(d, time.Millisecond)})
}

// MarkBenign marks err as expected.
func MarkBenign(err error) error { return withMark(err, retryMarkWithoutInterceptor{benign: true}) }

// MarkNoEffect marks err as an error of work that had no effect.
func MarkNoEffect(err error) error { return withMark(err, retryMarkWithoutInterceptor{noEffect: true}) }

// HideNoEffect hides the marks of MarkNoEffect within err from the code around it:
// they describe work that is a part of other work.
func HideNoEffect(err error) error {
	return withMark(err, retryMarkWithoutInterceptor{hideNoEffect: true})
}

func withMark(err error, m retryMarkWithoutInterceptor) error {
	if err == nil {
		return nil
	}
	m.error = err
	return &m
}

// HasNoEffect reports whether err is marked by MarkNoEffect. A join is marked if
// each error in it is, because the effect of one part remains.
func HasNoEffect(err error) bool {
	return allPaths(err, func(err error) bool {
		m, ok := err.(*retryMarkWithoutInterceptor) //nolint:errorlint // allPaths visits each of the tree
		return ok && m.noEffect
	})
}

// WithoutNoEffect returns err without the marks of MarkNoEffect and HideNoEffect
// around it, which mean nothing to Temporal.
func WithoutNoEffect(err error) error {
	for {
		m, ok := err.(*retryMarkWithoutInterceptor) //nolint:errorlint // only the outermost error is asked
		if !ok || !m.noEffect && !m.hideNoEffect {
			return err
		}
		err = m.error
	}
}

// Unmark returns err without the marks around it.
func Unmark(err error) error {
	for {
		m, ok := err.(*retryMarkWithoutInterceptor) //nolint:errorlint // only the outermost error is asked
		if !ok {
			return err
		}
		err = m.error
	}
}

// hasMark reports whether err's tree contains a mark.
func hasMark(err error) bool {
	return Walk(err, func(err error) bool {
		_, ok := err.(*retryMarkWithoutInterceptor) //nolint:errorlint // Walk takes the tree apart
		return ok
	})
}

// isBenign reports whether err is expected: by a mark, or with categories by the
// category of the outermost application error on the path. A join is if each
// error in it is: an alarm for one failure must not be lost because of another.
func isBenign(err error, categories bool) bool {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *retryMarkWithoutInterceptor:
		return x.benign || isBenign(x.error, categories)
	case *temporal.ApplicationError:
		if isForeign(x) {
			return false
		}
		return categories && x.Category() == temporal.ApplicationErrorCategoryBenign || isBenign(x.Unwrap(), false)
	case interface{ Unwrap() error }:
		return !isForeign(err) && isBenign(x.Unwrap(), categories)
	case interface{ Unwrap() []error }:
		return all(x.Unwrap(), func(part error) bool { return isBenign(part, categories) })
	}
	return false
}

// allPaths reports whether holds is true for an error on each path through err's
// tree.
func allPaths(err error, holds func(error) bool) bool {
	if err == nil {
		return false
	}
	if holds(err) {
		return true
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *retryMarkWithoutInterceptor:
		return !x.hideNoEffect && allPaths(x.error, holds)
	case interface{ Unwrap() error }:
		return allPaths(x.Unwrap(), holds)
	case interface{ Unwrap() []error }:
		return all(x.Unwrap(), func(part error) bool { return allPaths(part, holds) })
	}
	return false
}

// all reports whether holds is true for each part that is not nil, and whether
// there is one.
func all(parts []error, holds func(error) bool) bool {
	parts = slices.DeleteFunc(slices.Clone(parts), func(part error) bool { return part == nil })
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part error) bool { return !holds(part) })
}
