package signals

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// An inbox is the part of a channel that does not know the type of its
// messages: what was taken out of the SDK's channel, and what became of it.
type inbox struct {
	misuse     error // why the channel cannot be used
	source     *wait.Source
	onDead     func(DeadLetter, converter.RawValue)
	held       []message        // taken and not received, oldest first
	aside      int              // received to be handled, and not begun
	sealed     bool             // nothing is taken but what is held
	parked     []message        // came to a selector while sealed
	wake       workflow.Channel // tells selectors that something is held; nil without any
	inherited  []carried        // all that the run before has carried
	newer      []message        // batches that only a later version can read
	handed     int              // how many of them were carried
	seen       window
	newerSize  int
	opened     int // signals that the SDK gave us
	received   int
	duplicates int
	dead       wire.DeadLetters
}

// A message has its place among the run's signals of its name, from 1; those of
// the previous run have numbers below 0.
type message struct {
	raw      converter.RawValue
	number   int
	accepted bool // it was received, and given back
}

// maxNewer bounds what is kept of later versions, which nobody can receive.
const maxNewer = wire.MaxMessage

func size(m message) int { return len(m.raw.Payload().GetData()) }

// take returns the oldest message. Batches are taken apart on the way.
func (b *inbox) take(ctx workflow.Context) (m message, ok bool) {
	for {
		switch {
		case len(b.held) > 0:
			m, b.held = b.held[0], b.held[1:]
		case b.sealed:
			return m, false
		default:
			if m, ok = b.fetch(); !ok {
				return m, false
			}
		}
		parts, batch, err := wire.Batch(m.raw)
		var newer *wire.Newer
		switch {
		case !batch:
			return m, true
		case errors.As(err, &newer) && b.newerSize+size(m) <= maxNewer:
			b.newer, b.newerSize = append(b.newer, m), b.newerSize+size(m)
		case err != nil:
			b.bury(ctx, m, err.Error())
		}
		opened := make([]message, len(parts))
		for i, raw := range parts {
			opened[i] = message{raw: raw, number: m.number}
		}
		b.held = append(opened, b.held...)
		if len(parts) > 0 {
			b.rouse()
		}
	}
}

// rouse lets selectors look at what is held.
func (b *inbox) rouse() {
	if b.wake != nil && len(b.held) > 0 {
		b.wake.SendAsync(nil)
	}
}

// park takes what has come while the inbox is sealed.
func (b *inbox) park() {
	for m, ok := b.fetch(); ok; m, ok = b.fetch() {
		b.parked = append(b.parked, m)
	}
}

// fetch takes the oldest signal out of the SDK's channel.
func (b *inbox) fetch() (m message, ok bool) {
	if m.raw, m.number, ok = b.source.Next(); ok {
		b.opened++
	}
	return m, ok
}

// hold takes all that has arrived out of the SDK's channel.
func (b *inbox) hold() {
	for m, ok := b.fetch(); ok; m, ok = b.fetch() {
		b.held = append(b.held, m)
	}
	b.rouse()
}

// seal takes all that has arrived, and nothing that comes until the seal is
// broken.
func (b *inbox) seal(sealed bool) {
	b.sealed = sealed
	if sealed {
		b.hold()
		return
	}
	b.held = append(b.held, b.parked...)
	b.parked = nil
	b.rouse()
}

// giveBack undoes a take.
func (b *inbox) giveBack(m message) {
	b.held = slices.Insert(b.held, 0, m)
	b.rouse()
}

// bury makes a dead letter of a message.
func (b *inbox) bury(ctx workflow.Context, m message, reason string) {
	letter := wire.DeadLetter{Message: b.source.Name(), Reason: reason, Size: size(m)}
	b.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
	if b.onDead == nil {
		return
	}
	defer func() { // no message may stop a workflow
		if p := recover(); p != nil {
			wait.FailTask(p)
			workflow.GetLogger(ctx).Error("signals: OnDeadLetter panicked, and the run goes on; correct that function",
				"Message", letter.Message, "Panic", p)
		}
	}()
	b.onDead(DeadLetter(letter), m.raw)
}

// ready reports whether take may find something.
func (b *inbox) ready() bool { return len(b.held) > 0 || !b.sealed && b.source.Len() > 0 }

// Len is how many messages have arrived and were not received. Some of them
// may turn out to be dead letters or duplicates, and a batch of which nothing
// was received yet is one. While [Serve] runs, those that it has not begun to
// handle count.
func (b *inbox) Len() int { return len(b.held) + len(b.parked) + b.aside + b.source.Len() }

func (b *inbox) status() Status {
	s := Status{
		Received:    b.received - b.aside,
		Waiting:     b.Len(),
		Duplicates:  b.duplicates,
		Carried:     b.handed,
		Newer:       len(b.newer),
		Unreadable:  b.source.Taken() - b.opened,
		DeadLetters: DeadLetters{Count: b.dead.Count},
	}
	for _, letter := range b.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, DeadLetter(letter))
	}
	return s
}
