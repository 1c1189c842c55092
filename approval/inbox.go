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

// inboxAttributes are what the search attributes say of a run's gates.
type inboxAttributes struct {
	changed   bool // what they say may be old
	counts    []tagCount
	published []string  // the tags that they have
	due       time.Time // likewise
}

// tagCount is a tag, and how many gates have it.
type tagCount struct {
	tag string
	n   int
}

// newInboxAttributes begins with what the run before has said, if there was one. That is old
// by then, whether this run lists gates or not.
func newInboxAttributes(ctx workflow.Context) inboxAttributes {
	var b inboxAttributes
	have := workflow.GetTypedSearchAttributes(ctx)
	b.published, _ = have.GetKeywordList(pendingKey)
	b.due, _ = have.GetTime(dueKey)
	b.changed = len(b.published) > 0 || !b.due.IsZero()
	return b
}

// update notes a gate as it stands now. Only the tags of that gate are looked at, so
// that it costs the same with any number of gates.
func (b *inboxAttributes) update(g *gate) {
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

func (b *inboxAttributes) add(tags []string, n int) {
	for _, t := range tags {
		i, found := slices.BinarySearchFunc(b.counts, t, func(c tagCount, t string) int { return strings.Compare(c.tag, t) })
		if !found {
			b.counts = slices.Insert(b.counts, i, tagCount{tag: t})
		}
		if b.counts[i].n += n; b.counts[i].n == 0 {
			b.counts = slices.Delete(b.counts, i, i+1)
		}
	}
}

// publish brings the search attributes up to date: one event for all that has changed
// in a workflow task, and none if it comes to the same. The others have their turns
// first: a coroutine that waited for a gate that is closed may open another.
func publish(ctx workflow.Context, g *Gates) {
	_ = wait.Yield(ctx, func() bool { return false }) // never canceled
	b := &g.attributes
	b.changed = false
	tags, due := b.pending(), nextDue(g.live)
	var set []temporal.SearchAttributeUpdate
	switch {
	case slices.Equal(tags, b.published):
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
	if b.published, b.due = tags, due; len(set) == 0 {
		return
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, set...); err != nil {
		workflow.GetLogger(ctx).Warn("The inbox does not list this run as it is", "Error", err)
	}
}

// pending are the tags of all gates.
func (b *inboxAttributes) pending() []string {
	if len(b.counts) > maxTags {
		return []string{protocol.ManyTags}
	}
	var tags []string
	for _, c := range b.counts {
		tags = append(tags, c.tag)
	}
	return tags
}

// nextDue is the first deadline of the live gates that are listed, in whole
// seconds; zero when there is none.
func nextDue(live []*gate) time.Time {
	var next time.Time
	for _, gate := range live {
		if due := gate.deadlineAt(); gate.Inbox && !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next.Truncate(time.Second)
}
