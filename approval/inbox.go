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

// maxTags bounds the tags of a run: the server accepts 2 KB.
const maxTags = 90

var (
	pendingKey = temporal.NewSearchAttributeKeyKeywordList(protocol.AttributePending)
	dueKey     = temporal.NewSearchAttributeKeyTime(protocol.AttributeDue)
)

// inboxAttributes holds the search attributes that list the gates of a run.
type inboxAttributes struct {
	changed   bool // a gate has changed since they were published
	counts    []tagCount
	published []string  // the tags
	due       time.Time // the first deadline, as published
}

// tagCount holds a tag and the number of gates that have it.
type tagCount struct {
	tag string
	n   int
}

// newInboxAttributes returns the attributes that the run before has published, if there was
// one. They are out of date, whether this run lists gates or not.
func newInboxAttributes(ctx workflow.Context) inboxAttributes {
	var b inboxAttributes
	have := workflow.GetTypedSearchAttributes(ctx)
	b.published, _ = have.GetKeywordList(pendingKey)
	b.due, _ = have.GetTime(dueKey)
	b.changed = len(b.published) > 0 || !b.due.IsZero()
	return b
}

// update updates the tags of a gate. The cost does not depend on the number of gates.
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

// publish writes the search attributes: one event for all changes of a workflow task, and
// none if they are as before. It first yields to the other coroutines, because one that
// waited for a closed gate may open another.
func publish(ctx workflow.Context, g *Gates) {
	_ = wait.Yield(ctx, func() bool { return false }) // never canceled
	b := &g.attributes
	b.changed = false
	tags, due := b.tags(), firstDeadline(g.live)
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

// tags returns the tags of all gates.
func (b *inboxAttributes) tags() []string {
	if len(b.counts) > maxTags {
		return []string{protocol.ManyTags}
	}
	var tags []string
	for _, c := range b.counts {
		tags = append(tags, c.tag)
	}
	return tags
}

// firstDeadline returns the first deadline of the live gates in the inbox, in whole seconds; zero
// when there is none.
func firstDeadline(live []*gate) time.Time {
	var next time.Time
	for _, gate := range live {
		if due := gate.deadlineAt(); gate.Inbox && !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
	}
	return next.Truncate(time.Second)
}
