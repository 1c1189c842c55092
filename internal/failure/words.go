package failure

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
)

// Source tells what has judged an error.
type Source uint8

const (
	// SourceNone is for an error of which nothing is said.
	SourceNone Source = iota
	// SourceMark is for Permanent and After.
	SourceMark
	// SourceError is for an application error, which says itself what it is.
	SourceError
	// SourcePolicy is for a type that the activity's own retry policy lists.
	SourcePolicy
	// SourceClassifier is for a Classifier.
	SourceClassifier
)

// A word is what an error says of a retry.
type statement struct {
	class Retryability
	after time.Duration
	by    Source
	typ   string                     // by a list: the type that is listed
	app   *temporal.ApplicationError // by an error: this one
}

// stricter reports whether w counts and not v, when both stand in one join.
func (w statement) stricter(v statement) bool {
	return w.class > v.class || w.class == v.class && w.after > v.after
}

// firstStatement returns the first word on the way from outside in, and of those side by
// side in a join the strictest. A mark and the error that it stands around are
// one: a server would end the activity by a listed type, so After cannot allow
// it. Another execution's error has a name and says nothing.
func firstStatement(err error, listed []string) statement {
	if err == nil {
		return statement{}
	}
	if m, ok := err.(*mark); ok { //nolint:errorlint // this is the walk through the tree
		switch w := listedStatement(Unmark(m), listed); {
		case m.permanent:
			return statement{class: NonRetryable, by: SourceMark}
		case w.by != SourceNone:
			return w
		case m.after > 0:
			return statement{class: Retryable, after: m.after, by: SourceMark}
		}
		return firstStatement(m.error, listed)
	}
	far, list := isForeign(err), listedStatement(err, listed)
	app, isApp := err.(*temporal.ApplicationError) //nolint:errorlint // this is the walk through the tree
	switch {
	case isApp && !far && app.NonRetryable():
		return statement{class: NonRetryable, by: SourceError, app: app}
	case list.by != SourceNone:
		return list
	case far:
		return statement{}
	case isApp:
		return statement{class: Retryable, by: SourceError, app: app}
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case interface{ Unwrap() error }:
		return firstStatement(x.Unwrap(), listed)
	case interface{ Unwrap() []error }:
		return strictest(x.Unwrap(), func(part error) statement { return firstStatement(part, listed) })
	}
	return statement{}
}

// markStatement returns the first word of a mark, whatever else stands in err.
func markStatement(err error) statement {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
		switch {
		case x.permanent:
			return statement{class: NonRetryable, by: SourceMark}
		case x.after > 0:
			return statement{class: Retryable, after: x.after, by: SourceMark}
		}
		return markStatement(x.error)
	case interface{ Unwrap() error }:
		return markStatement(x.Unwrap())
	case interface{ Unwrap() []error }:
		return strictest(x.Unwrap(), markStatement)
	}
	return statement{}
}

func strictest(parts []error, of func(error) statement) (found statement) {
	for _, part := range parts {
		if w := of(part); w.by != SourceNone && (found.by == SourceNone || w.stricter(found)) {
			found = w
		}
	}
	return found
}

// listedStatement is the word of a list about err itself.
func listedStatement(err error, listed []string) statement {
	if len(listed) == 0 {
		return statement{}
	}
	if name := TypeName(err); name != "" && slices.Contains(listed, name) {
		return statement{class: NonRetryable, by: SourcePolicy, typ: name}
	}
	return statement{}
}

// applicationError is the outermost application error of this activity in err's tree,
// and of those side by side in a join a final one.
func applicationError(err error) (found *temporal.ApplicationError) {
	if isForeign(err) {
		return nil
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *temporal.ApplicationError:
		return x
	case interface{ Unwrap() error }:
		return applicationError(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range x.Unwrap() {
			if app := applicationError(inner); app != nil && (found == nil || app.NonRetryable() && !found.NonRetryable()) {
				found = app
			}
		}
	}
	return found
}

// isBenign reports whether err is benign: by a mark, or with categories by the
// category of the outermost application error on the path. A join is when all
// that it joins are: an alarm for one failure must not be lost for another.
func isBenign(err error, categories bool) bool {
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *mark:
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
