package approval

import (
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// maxTags is how many tags a run has at most: the server takes 2 KB.
const maxTags = 90

var (
	pendingKey = temporal.NewSearchAttributeKeyKeywordList(protocol.AttributePending)
	dueKey     = temporal.NewSearchAttributeKeyTime(protocol.AttributeDue)
)

// A board is what the search attributes say of a run's gates.
type board struct {
	changed bool // what they say may be old
	tags    []counted
	said    []string  // the tags that they have
	due     time.Time // likewise
}

// counted is a tag, and how many gates have it.
type counted struct {
	tag string
	n   int
}

// newBoard begins with what the run before has said, if there was one. That is old
// by then, whether this run lists gates or not.
func newBoard(ctx workflow.Context) board {
	var b board
	have := workflow.GetTypedSearchAttributes(ctx)
	b.said, _ = have.GetKeywordList(pendingKey)
	b.due, _ = have.GetTime(dueKey)
	b.changed = len(b.said) > 0 || !b.due.IsZero()
	return b
}

// pin notes a gate as it stands now. Only the tags of that gate are looked at, so
// that it costs the same with any number of gates.
func (b *board) pin(g *gate) {
	if !g.Inbox {
		return
	}
	asked := g.tally.PendingApprovers()
	var now []string
	for _, name := range asked.Users {
		now = append(now, protocol.UserTag(name))
	}
	for _, name := range asked.Groups {
		now = append(now, protocol.GroupTag(name))
	}
	b.changed = true
	b.add(g.tags, -1)
	b.add(now, 1)
	g.tags = now
}

func (b *board) add(tags []string, n int) {
	for _, t := range tags {
		i, found := slices.BinarySearchFunc(b.tags, t, func(c counted, t string) int { return strings.Compare(c.tag, t) })
		if !found {
			b.tags = slices.Insert(b.tags, i, counted{tag: t})
		}
		if b.tags[i].n += n; b.tags[i].n == 0 {
			b.tags = slices.Delete(b.tags, i, i+1)
		}
	}
}

// list brings the search attributes up to date: one event for all that has changed
// in a workflow task, and none if it comes to the same. The others have their turns
// first: who waited for a gate that is closed may open another.
func (g *Gates) list(ctx workflow.Context) {
	_ = wait.Yield(ctx, func() bool { return false }) // never canceled
	b := &g.board
	b.changed = false
	tags, due := b.pending(), g.nextDue()
	var set []temporal.SearchAttributeUpdate
	switch {
	case slices.Equal(tags, b.said):
	case len(tags) == 0:
		set = append(set, pendingKey.ValueUnset())
	default:
		set = append(set, pendingKey.ValueSet(tags))
	}
	switch {
	case due.Equal(b.due):
	case due.IsZero():
		set = append(set, dueKey.ValueUnset())
	default:
		set = append(set, dueKey.ValueSet(due))
	}
	if b.said, b.due = tags, due; len(set) == 0 {
		return
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, set...); err != nil {
		workflow.GetLogger(ctx).Warn("The inbox does not list this run as it is", "Error", err)
	}
}

// pending are the tags of all gates.
func (b *board) pending() []string {
	if len(b.tags) > maxTags {
		return []string{protocol.ManyTags}
	}
	var tags []string
	for _, c := range b.tags {
		tags = append(tags, c.tag)
	}
	return tags
}

// nextDue is the first deadline of the live gates that are listed, in whole
// seconds; zero when there is none.
func (g *Gates) nextDue() time.Time {
	var next time.Time
	for _, gate := range g.live {
		if due := gate.givesUp(); gate.Inbox && !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next.Truncate(time.Second)
}
