package failure

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
)

// A mark is a statement about an error that stands in its chain.
type mark struct {
	error
	permanent bool
	after     time.Duration
	benign    bool
	noEffect  bool
	heard     bool
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

// NoEffect marks err as one of work that has had no effect.
func NoEffect(err error) error { return marked(err, mark{noEffect: true}) }

// Heard keeps marks of NoEffect within err from being heard further out: they
// were about work that is a part of other work.
func Heard(err error) error { return marked(err, mark{heard: true}) }

// HadNoEffect reports whether err is marked so. A join is when all that it joins
// are: whatever one part has done is there.
func HadNoEffect(err error) bool {
	return every(err, func(err error) bool {
		m, ok := err.(*mark) //nolint:errorlint // every visits each of the tree
		return ok && m.noEffect
	})
}

// WithoutNoEffect is err without that mark, or one of Heard, around it, which is
// nobody else's.
func WithoutNoEffect(err error) error {
	for {
		m, ok := err.(*mark) //nolint:errorlint // only the outermost error is asked
		if !ok || !m.noEffect && !m.heard {
			return err
		}
		err = m.error
	}
}

// Bare is err without the marks around it, whose type means nothing to others.
func Bare(err error) error {
	for {
		m, ok := err.(*mark) //nolint:errorlint // only the outermost error is asked
		if !ok {
			return err
		}
		err = m.error
	}
}

func marked(err error, m mark) error {
	if err == nil {
		return nil
	}
	m.error = err
	return &m
}

// Marked returns what the marks in err's tree say of a retry. Of two on one
// path, the outer one counts: whoever wraps an error knows more. Of those side
// by side in a join, the final one does.
func Marked(err error) (v Verdict) {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		v = Marked(x.error)
		switch {
		case x.permanent:
			v.Class, v.After = NonRetryable, 0
		case x.after > 0:
			v.Class, v.After = Retryable, x.after
		}
	case interface{ Unwrap() error }:
		return Marked(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range x.Unwrap() {
			if w := Marked(inner); w.Class > v.Class || w.Class == v.Class && w.After > v.After {
				v = w
			}
		}
	}
	return v
}

// expected reports whether err is benign: by a mark, or by the category of the
// outermost application error on the path. A join is when all that it joins are:
// whoever is to be told of one failure must not miss it for another.
func expected(err error, outermost bool) bool {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		return x.benign || expected(x.error, outermost)
	case *temporal.ApplicationError:
		return outermost && x.Category() == temporal.ApplicationErrorCategoryBenign || expected(x.Unwrap(), false)
	case interface{ Unwrap() error }:
		return expected(x.Unwrap(), outermost)
	case interface{ Unwrap() []error }:
		all := false
		for _, inner := range x.Unwrap() {
			if inner != nil && !expected(inner, outermost) {
				return false
			}
			all = all || inner != nil
		}
		return all
	}
	return false
}

// every reports whether holds is true for an error of each path through err's tree.
func every(err error, holds func(error) bool) bool {
	if err == nil {
		return false
	}
	if holds(err) {
		return true
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		return !x.heard && every(x.error, holds)
	case interface{ Unwrap() error }:
		return every(x.Unwrap(), holds)
	case interface{ Unwrap() []error }:
		parts := slices.DeleteFunc(slices.Clone(x.Unwrap()), func(part error) bool { return part == nil })
		return len(parts) > 0 && !slices.ContainsFunc(parts, func(part error) bool { return !every(part, holds) })
	}
	return false
}

// application is the outermost application error in err's tree, and of those
// side by side in a join a final one.
func application(err error) (found *temporal.ApplicationError) {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *temporal.ApplicationError:
		return x
	case interface{ Unwrap() error }:
		return application(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range x.Unwrap() {
			if app := application(inner); app != nil && (found == nil || app.NonRetryable() && !found.NonRetryable()) {
				found = app
			}
		}
	}
	return found
}
