package signals

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Bounds of a run: the server ends one at 51,200 events, and refuses signals
// after 10,000 of them.
const (
	maxEvents  = 8_000
	lastEvents = 40_000 // handlers that overlap without end cannot be waited for any more
	maxCarried = 512 << 10
	seenAlways = 1_000 // IDs that each channel carries in any case
)

const carriedVersion = 1

// ContinueState is what a run hands to the next: messages that were not received, in
// order, and the IDs that were. Give it a field in the workflow's input, and
// take it as it is: its form may grow. It is at most 512 KB of JSON, and 22 KB
// for each channel.
type ContinueState struct {
	Version int       `json:"v,omitempty"`
	Signals []carried `json:"signals,omitempty"`
}

type carried struct {
	Name     string       `json:"name"`
	Messages []wire.Saved `json:"messages,omitempty"`
	Seen     []byte       `json:"seen,omitempty"` // hashes, one after the other

	claimed  bool // a channel of this run has taken it
	handed   bool // NewContinueState has collected it last
	reported bool // as left to nothing
}

// A Carrier is a *[Channel] of any type.
type AnyChannel interface {
	carrier() *queue
}

// ShouldContinueAsNew reports whether the run should be continued as new: the
// serveLoop suggests it, the history has 8,000 events, or the run is pinned to a version
// of the workers that is no longer the target; to go on in the new version, return
// workflow.NewContinueAsNewErrorWithOptions with
// workflow.ContinueAsNewVersioningBehaviorAutoUpgrade. The server's suggestion does
// not count signals, of which a run can take 10,000; each is an event, so this is true
// in time. It is false while update handlers run, but not when the history has 40,000
// events: the server ends a run at 51,200, and handlers that overlap may never all be
// done. Their callers then get an error. For workflow code.
func ShouldContinueAsNew(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return handlersAllow(ctx) &&
		(info.GetContinueAsNewSuggested() || info.GetTargetWorkerDeploymentVersionChanged() || info.GetCurrentHistoryLength() >= maxEvents)
}

// handlersAllow reports whether update handlers let the run end.
func handlersAllow(ctx workflow.Context) bool {
	return workflow.AllHandlersFinished(ctx) || workflow.GetInfo(ctx).GetCurrentHistoryLength() >= lastEvents
}

// NewContinueState collects what the next run needs: all messages of these channels that
// were not received, in order, also those that have arrived just now, and the
// message IDs that were seen. Name every channel of the run, and return the
// error of workflow.NewContinueAsNewError right after it: nothing that blocks
// may come between. The channels keep what is carried, so a run that goes on
// after all has lost nothing.
//
// When ok is false the run must go on and receive some more, and ask again
// later: update handlers are running (and the history has fewer than 40,000 events), messages wait in a [Serve] for others of
// their key, or the messages are more than 512 KB, which is near what the
// serveLoop takes. IDs get the room that is left, the latest 1,000 of each channel
// in any case. What the run before has carried for a channel that this one has
// not opened goes on. For workflow code.
func NewContinueState(ctx workflow.Context, channels ...AnyChannel) (c ContinueState, ok bool) {
	if !handlersAllow(ctx) {
		return ContinueState{}, false
	}
	c.Version = carriedVersion
	size := 0
	var passed []*carried
	for i, ch := range channels {
		if slices.Index(channels, ch) < i {
			continue // named twice
		}
		b := ch.carrier()
		switch {
		case b.misuse != nil:
			continue // it has no messages
		case b.deferred > 0:
			return ContinueState{}, false // they are being handled
		}
		b.carried = 0
		b.bufferAll()
		for i := range b.previous {
			b.previous[i].handed = false
		}
		c.Signals = append(c.Signals, b.carry())
		for i := range b.previous { // what no channel of this run has taken goes on
			if part := &b.previous[i]; !part.claimed && !slices.Contains(passed, part) {
				passed = append(passed, part)
				c.Signals = append(c.Signals, *part)
			}
		}
	}
	for _, part := range c.Signals {
		size += part.size()
	}
	if size > maxCarried {
		workflow.GetLogger(ctx).Warn("The messages are too much to be carried to the next run; this one goes on until some are received", "Bytes", size, "Limit", maxCarried)
		return ContinueState{}, false
	}
	for i := range c.Signals {
		c.Signals[i].trim((maxCarried - size) / len(c.Signals))
	}
	for i, ch := range channels {
		if slices.Index(channels, ch) == i {
			ch.carrier().carried = ch.carrier().Len() + len(ch.carrier().undecodable)
		}
	}
	for _, part := range passed {
		part.handed = true
	}
	return c, true
}

// size is what the messages take as JSON.
func (c carried) size() int {
	size := len(`{"name":"","messages":[],"seen":""},`) + 6*len(c.Name)
	for _, m := range c.Messages {
		size += m.Size()
	}
	return size
}

// trim leaves the oldest IDs behind if they all take more than room as JSON.
func (c *carried) trim(room int) {
	keep := max(room/4*3/len(hash{}), seenAlways) * len(hash{}) // in base64
	if len(c.Seen) > keep {
		c.Seen = c.Seen[len(c.Seen)-keep:]
	}
}

func (b *queue) carrier() *queue { return b }

func (b *queue) carry() carried {
	c := carried{Name: b.source.Name(), Seen: b.seen.pack()}
	all := slices.Concat(b.undecodable, b.buffered, b.afterSeal)
	slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.number, b.number) })
	for _, m := range all {
		c.Messages = append(c.Messages, wire.Save(m.raw))
	}
	return c
}
