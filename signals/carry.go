package signals

import (
	"cmp"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Bounds of a run: the server ends one at 51,200 events, and refuses signals
// after 10,000 of them.
const (
	maxEvents  = 8_000
	maxCarried = 512 << 10
	seenAlways = 1_000 // IDs that each channel carries in any case
)

const carriedVersion = 1

// Carried is what a run hands to the next: messages that were not received, in
// order, and the IDs that were. Give it a field in the workflow's input, and
// take it as it is: its form may grow. It is at most 512 KB of JSON, and 22 KB
// for each channel.
type Carried struct {
	Version int       `json:"v,omitempty"`
	Signals []carried `json:"signals,omitempty"`
}

type carried struct {
	Name     string         `json:"name"`
	Messages []wire.Carried `json:"messages,omitempty"`
	Seen     []byte         `json:"seen,omitempty"` // hashes, one after the other

	claimed bool // a channel of this run has taken it
}

// A Carrier is a *[Channel] of any type.
type Carrier interface {
	carrier() *inbox
}

// ShouldContinueAsNew reports whether the run is long enough to be continued as
// new: the server suggests it, or the history has 8,000 events. The server's
// suggestion does not count signals, of which a run can take 10,000; each is an
// event, so this is true in time. It is false while update handlers run. For
// workflow code.
func ShouldContinueAsNew(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return workflow.AllHandlersFinished(ctx) && (info.GetContinueAsNewSuggested() || info.GetCurrentHistoryLength() >= maxEvents)
}

// Carry collects what the next run needs: all messages of these channels that
// were not received, in order, also those that have arrived just now, and the
// message IDs that were seen. Name every channel of the run, and return the
// error of workflow.NewContinueAsNewError right after it: nothing that blocks
// may come between. The channels keep what is carried, so a run that goes on
// after all has lost nothing.
//
// When ok is false the run must go on and receive some more, and ask again
// later: update handlers are running, messages wait in a [Serve] for others of
// their key, or the messages are more than 512 KB, which is near what the
// server takes. IDs get the room that is left, the latest 1,000 of each channel
// in any case. What the run before has carried for a channel that this one has
// not opened goes on. For workflow code.
func Carry(ctx workflow.Context, channels ...Carrier) (c Carried, ok bool) {
	if !workflow.AllHandlersFinished(ctx) {
		return Carried{}, false
	}
	c.Version = carriedVersion
	size := 0
	var passed []*carried
	for i, ch := range channels {
		if slices.Index(channels, ch) < i {
			continue // named twice
		}
		b := ch.carrier()
		if b.aside > 0 {
			return Carried{}, false // they are being handled
		}
		b.handed = 0
		b.hold()
		c.Signals = append(c.Signals, b.carry())
		for i := range b.inherited { // what no channel of this run has taken goes on
			if part := &b.inherited[i]; !part.claimed && !slices.Contains(passed, part) {
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
		return Carried{}, false
	}
	for i := range c.Signals {
		c.Signals[i].trim((maxCarried - size) / len(c.Signals))
	}
	for i, ch := range channels {
		if slices.Index(channels, ch) == i {
			ch.carrier().handed = ch.carrier().Len() + len(ch.carrier().newer)
		}
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

func (b *inbox) carrier() *inbox { return b }

func (b *inbox) carry() carried {
	c := carried{Name: b.source.Name(), Seen: b.seen.pack()}
	all := slices.Concat(b.newer, b.held, b.parked)
	slices.SortStableFunc(all, func(a, b message) int { return cmp.Compare(a.number, b.number) })
	for _, m := range all {
		c.Messages = append(c.Messages, wire.Carry(m.raw))
	}
	return c
}

// resume takes over what the run before has carried.
func (b *inbox) resume(c Carried, seen int) {
	if c.Version > carriedVersion {
		//archtest:panic ignoring it would lose messages; the task heals on redeploy
		panic(fmt.Errorf("signals: the run before this one was of a later version of this library (%d, this worker knows %d); redeploy the later version, the run then goes on by itself", c.Version, carriedVersion))
	}
	var mine carried
	b.inherited = c.Signals
	for i, part := range c.Signals {
		if part.Name == b.source.Name() {
			c.Signals[i].claimed = true // seen by the other channels, too: they share the list
			mine.Messages = append(mine.Messages, part.Messages...)
			mine.Seen = append(mine.Seen, part.Seen...)
		}
	}
	b.seen = newWindow(seen, mine.Seen)
	for i, m := range mine.Messages {
		b.held = append(b.held, message{raw: m.Raw(), number: i - len(mine.Messages)})
	}
}

// leftovers is how many messages a run that ends with err leaves to nobody.
func (b *inbox) leftovers(err error) int {
	n := b.Len() + len(b.newer)
	if workflow.IsContinueAsNewError(err) {
		n -= b.handed
	}
	return max(n, 0)
}
