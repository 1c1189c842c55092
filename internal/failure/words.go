package failure

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
)

// Source tells what has judged an error.
type Source uint8

const (
	// ByNothing is for an error of which nothing is said.
	ByNothing Source = iota
	// ByMark is for Permanent and After.
	ByMark
	// ByError is for an application error, which says itself what it is.
	ByError
	// ByList is for a type that the activity's own retry policy lists.
	ByList
	// ByClassifier is for a Classifier.
	ByClassifier
)

// A word is what an error says of a retry.
type word struct {
	class Class
	after time.Duration
	by    Source
	typ   string                     // by a list: the type that is listed
	app   *temporal.ApplicationError // by an error: this one
}

// stricter reports whether w counts and not v, when both stand in one join.
func (w word) stricter(v word) bool {
	return w.class > v.class || w.class == v.class && w.after > v.after
}

// spoken returns the first word on the way from outside in, and of those side by
// side in a join the strictest. A mark and the error that it stands around are
// one: a server would end the activity by a listed type, so After cannot allow
// it. Another execution's error has a name and says nothing.
func spoken(err error, listed []string) word {
	if err == nil {
		return word{}
	}
	if m, ok := err.(*mark); ok { //nolint:errorlint // this is the walk through the tree
		switch w := named(Bare(m), listed); {
		case m.permanent:
			return word{class: NonRetryable, by: ByMark}
		case w.by != ByNothing:
			return w
		case m.after > 0:
			return word{class: Retryable, after: m.after, by: ByMark}
		}
		return spoken(m.error, listed)
	}
	far, list := foreign(err), named(err, listed)
	app, isApp := err.(*temporal.ApplicationError) //nolint:errorlint // this is the walk through the tree
	switch {
	case isApp && !far && app.NonRetryable():
		return word{class: NonRetryable, by: ByError, app: app}
	case list.by != ByNothing:
		return list
	case far:
		return word{}
	case isApp:
		return word{class: Retryable, by: ByError, app: app}
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case interface{ Unwrap() error }:
		return spoken(x.Unwrap(), listed)
	case interface{ Unwrap() []error }:
		return strictest(x.Unwrap(), func(part error) word { return spoken(part, listed) })
	}
	return word{}
}

// markedBy returns the first word of a mark, whatever else stands in err.
func markedBy(err error) word {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		switch {
		case x.permanent:
			return word{class: NonRetryable, by: ByMark}
		case x.after > 0:
			return word{class: Retryable, after: x.after, by: ByMark}
		}
		return markedBy(x.error)
	case interface{ Unwrap() error }:
		return markedBy(x.Unwrap())
	case interface{ Unwrap() []error }:
		return strictest(x.Unwrap(), markedBy)
	}
	return word{}
}

func strictest(parts []error, of func(error) word) (found word) {
	for _, part := range parts {
		if w := of(part); w.by != ByNothing && (found.by == ByNothing || w.stricter(found)) {
			found = w
		}
	}
	return found
}

// named is the word of a list about err itself.
func named(err error, listed []string) word {
	if len(listed) == 0 {
		return word{}
	}
	if name := TypeName(err); name != "" && slices.Contains(listed, name) {
		return word{class: NonRetryable, by: ByList, typ: name}
	}
	return word{}
}

// application is the outermost application error of this activity in err's tree,
// and of those side by side in a join a final one.
func application(err error) (found *temporal.ApplicationError) {
	if foreign(err) {
		return nil
	}
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

// expected reports whether err is benign: by a mark, or with categories by the
// category of the outermost application error on the path. A join is when all
// that it joins are: an alarm for one failure must not be lost for another.
func expected(err error, categories bool) bool {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		return x.benign || expected(x.error, categories)
	case *temporal.ApplicationError:
		if foreign(x) {
			return false
		}
		return categories && x.Category() == temporal.ApplicationErrorCategoryBenign || expected(x.Unwrap(), false)
	case interface{ Unwrap() error }:
		return !foreign(err) && expected(x.Unwrap(), categories)
	case interface{ Unwrap() []error }:
		return all(x.Unwrap(), func(part error) bool { return expected(part, categories) })
	}
	return false
}
