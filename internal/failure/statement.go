package failure

import (
	"slices"

	"go.temporal.io/sdk/temporal"
)

// A Source names what decided about an error.
type Source uint8

const (
	// SourceNone means that nothing is said about the error.
	SourceNone Source = iota
	// SourceMark means a mark: MarkNonRetryable or MarkRetryAfter.
	SourceMark
	// SourceError means an application error, which says itself what it is.
	SourceError
	// SourcePolicy means a type that the activity's own retry policy lists.
	SourcePolicy
	// SourceClassifier means a Classifier.
	SourceClassifier
)

// A statement is what an error, a policy or a classifier says about retries.
type statement struct {
	Classification

	source Source
	app    *temporal.ApplicationError // of SourceError
}

// stricterThan reports whether s counts and not other, when a join has both.
func (s statement) stricterThan(other statement) bool {
	return s.Retryability > other.Retryability || s.Retryability == other.Retryability && s.RetryAfter > other.RetryAfter
}

// firstStatement returns the first statement on the way from outside in, and of
// those side by side in a join the strictest. A mark and the error that it wraps
// are one place: the server would end the activity because of a listed type, so
// MarkRetryAfter cannot allow it. The error of another execution has a name, and
// says nothing else.
func firstStatement(err error, listed []string) statement {
	if m, ok := err.(*retryMarkWithoutInterceptor); ok { //nolint:errorlint // one node of the tree
		byList := listedStatement(Unmark(m), listed)
		switch {
		case m.nonRetryable:
			return m.statement()
		case byList.source != SourceNone:
			return byList
		case m.retryAfter > 0:
			return m.statement()
		}
		return firstStatement(m.error, listed)
	}
	if err == nil {
		return statement{}
	}
	byList, isOwn := listedStatement(err, listed), !isForeign(err)
	app, isApp := err.(*temporal.ApplicationError) //nolint:errorlint // one node of the tree
	switch {
	case isOwn && isApp && app.NonRetryable():
		return statementOf(app)
	case byList.source != SourceNone:
		return byList
	case !isOwn:
		return statement{}
	case isApp:
		return statementOf(app)
	}
	return unwrapStatement(err, func(inner error) statement { return firstStatement(inner, listed) })
}

// markStatement returns the first statement of a mark, whatever else err contains.
func markStatement(err error) statement {
	if m, ok := err.(*retryMarkWithoutInterceptor); ok && m.statement().source != SourceNone { //nolint:errorlint // one node of the tree
		return m.statement()
	}
	return unwrapStatement(err, markStatement)
}

// unwrapStatement applies of to what err wraps, and returns the strictest statement.
func unwrapStatement(err error, of func(error) statement) (found statement) {
	switch x := err.(type) { //nolint:errorlint // one node of the tree
	case interface{ Unwrap() error }:
		return of(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, part := range x.Unwrap() {
			s := of(part)
			if s.source != SourceNone && (found.source == SourceNone || s.stricterThan(found)) {
				found = s
			}
		}
	}
	return found
}

// statementOf returns what an application error says of itself.
func statementOf(app *temporal.ApplicationError) statement {
	s := statement{source: SourceError, app: app}
	s.Retryability = Retryable
	if app.NonRetryable() {
		s.Retryability = NonRetryable
	}
	return s
}

// listedStatement returns what a policy's list says about err itself.
func listedStatement(err error, listed []string) statement {
	if len(listed) == 0 {
		return statement{}
	}
	return listedType(TypeName(err), listed)
}

func listedType(name string, listed []string) statement {
	if name == "" || !slices.Contains(listed, name) {
		return statement{}
	}
	return statement{source: SourcePolicy, Classification: Classification{Retryability: NonRetryable, Type: name}}
}

// statement returns what the mark says about retries.
func (m *retryMarkWithoutInterceptor) statement() statement {
	switch {
	case m.nonRetryable:
		return statement{source: SourceMark, Classification: Classification{Retryability: NonRetryable}}
	case m.retryAfter > 0:
		return statement{source: SourceMark, Classification: Classification{Retryability: Retryable, RetryAfter: m.retryAfter}}
	}
	return statement{}
}
