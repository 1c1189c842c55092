package failure_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// markType is the name that the SDK would record for a mark.
const markType = "retryMarkWithoutInterceptor"

// A tree describes an error for the model, which never looks at the error itself.
type tree struct {
	kind  string
	typ   string // of an application error
	after time.Duration
	parts []tree
	leaf  error // the same value in the error
}

var kinds = []string{
	"wrap", "join", "non-retryable", "after", "benign", "no effect", "final", "again", "foreign", "arrived", "plain",
	"listed",
}

func drawTree(t *rapid.T, depth int) tree {
	from := kinds
	if depth == 0 {
		from = []string{"plain", "listed", "arrived"}
	}
	n := tree{kind: rapid.SampledFrom(from).Draw(t, "kind")}
	switch n.kind {
	case "plain":
		n.leaf = errors.New("plain")
	case "listed":
		n.leaf = &codeError{7}
	case "arrived":
		n.leaf = remote(temporal.NewNonRetryableApplicationError("of an update", "Update", nil))
	case "join":
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			n.parts = append(n.parts, drawTree(t, depth-1))
		}
	default:
		n.typ = rapid.SampledFrom([]string{"A", "B", "Listed"}).Draw(t, "type")
		n.after = time.Duration(rapid.IntRange(1, 5).Draw(t, "after")) * time.Second
		n.parts = []tree{drawTree(t, depth-1)}
	}
	return n
}

// remote returns err as it arrives from another process.
func remote(err error) error {
	wire := temporal.GetDefaultFailureConverter()
	return wire.FailureToError(wire.ErrorToFailure(err))
}

func (n tree) build() error {
	var inner []error
	for _, part := range n.parts {
		inner = append(inner, part.build())
	}
	switch n.kind {
	case "wrap":
		return fmt.Errorf("while: %w", inner[0])
	case "join":
		return errors.Join(inner...)
	case "non-retryable":
		return failure.MarkNonRetryable(inner[0])
	case "after":
		return failure.MarkRetryAfter(inner[0], n.after)
	case "benign":
		return failure.MarkBenign(inner[0])
	case "no effect":
		return failure.MarkNoEffect(inner[0])
	case "final":
		return temporal.NewNonRetryableApplicationError("final", n.typ, inner[0], 1, nil)
	case "again":
		return temporal.NewApplicationErrorWithOptions("again", n.typ, temporal.ApplicationErrorOptions{Cause: inner[0]})
	case "foreign":
		return activityError(temporal.NewNonRetryableApplicationError("of another activity", "Other", nil))
	}
	return n.leaf
}

// says is the rule: it returns whether the tree says something, the wait that it asks
// for, and whether the error is final.
func (n tree) says() (said bool, after time.Duration, final bool) {
	switch n.kind {
	case "non-retryable", "listed", "final":
		return true, 0, true
	case "after":
		return true, n.after, n.parts[0].bareIsListed()
	case "again":
		return true, 0, n.typ == "Listed"
	case "wrap", "benign", "no effect":
		return n.parts[0].says()
	case "join":
		for _, part := range n.parts {
			s, a, f := part.says()
			said, final, after = said || s, final || f, max(after, a)
		}
	}
	return said, after, final
}

// bareIsListed reports whether the error, without the marks around it, has a listed
// type.
func (n tree) bareIsListed() bool {
	switch n.kind {
	case "non-retryable", "after", "benign", "no effect":
		return n.parts[0].bareIsListed()
	case "final", "again":
		return n.typ == "Listed"
	}
	return n.kind == "listed"
}

func (n tree) has(kinds ...string) bool {
	return slices.Contains(kinds, n.kind) || n.kind != "foreign" && slices.ContainsFunc(n.parts,
		func(part tree) bool { return part.has(kinds...) })
}

func (n tree) leaves() (all []error) {
	if n.leaf != nil {
		return []error{n.leaf}
	}
	for _, part := range n.parts {
		if n.kind != "foreign" {
			all = append(all, part.leaves()...)
		}
	}
	return all
}

// For any tree the first statement decides, an error that says nothing stays the same
// value, and errors.Is finds the original.
func TestFirstStatementDecides(t *testing.T) {
	t.Parallel()
	listed := []string{"Listed", "codeError"}
	rapid.Check(t, func(rt *rapid.T) {
		n := drawTree(rt, 5)
		err := n.build()
		said, after, final := n.says()
		l, ok := failure.Analyze(t.Context(), err, listed, nil)
		require.True(rt, ok)
		out := l.Render(max(l.RetryAfter, l.Delay))
		if bare := failure.Unmark(err); !said && isArrived(n) { // the SDK reads it at the top
			final, said = bare.(*temporal.ApplicationError).NonRetryable(), true //nolint:errorlint,forcetypeassert // it is
		}
		require.Equal(rt, said, l.Source != failure.SourceNone)
		require.Equal(rt, final, l.Retryability == failure.NonRetryable)
		top, isTop := out.(*temporal.ApplicationError) //nolint:errorlint // what the SDK reads
		sdk := isTop && top.NonRetryable() || slices.Contains(listed, failure.TypeName(out))
		require.Equal(rt, final, sdk, "what Temporal is told")
		if !final {
			require.Equal(rt, after, l.RetryAfter)
			require.True(rt, after == 0 || top.NextRetryDelay() == after)
		}
		if !said && !n.has("benign", "no effect") {
			require.Same(rt, err, out)
		}
		for _, leaf := range n.leaves() {
			require.ErrorIs(rt, out, leaf)
		}
		for f := temporal.GetDefaultFailureConverter().ErrorToFailure(out); f != nil; f = f.GetCause() {
			require.NotContains(rt, []string{markType, "errorString"}, f.GetApplicationFailureInfo().GetType())
			require.NotContains(rt, f.GetMessage(), "final: final")
		}
	})
}

func isArrived(n tree) bool {
	switch n.kind {
	case "benign", "no effect":
		return isArrived(n.parts[0])
	}
	return n.kind == "arrived"
}
