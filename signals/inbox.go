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
type queue struct {
	misuse      error // why the channel cannot be used
	source      *wait.Source
	onDead      func(DeadLetter, converter.RawValue)
	buffered    []message        // taken and not received, oldest first
	deferred    int              // received to be handled, and not begun
	sealed      bool             // nothing is taken but what is held
	afterSeal   []message        // came to a selector while sealed
	wake        workflow.Channel // tells selectors that something is held; nil without any
	previous    []carried        // all that the run before has carried
	undecodable []message        // batches that only a later version can read
	carried     int              // how many of them were carried
	seen        window
	newerSize   int
	opened      int // signals that the SDK gave us
	received    int
	duplicates  int
	dead        wire.DeadLetters
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
func (b *queue) pop(ctx workflow.Context) (m message, ok bool) {
	for {
		switch {
		case len(b.buffered) > 0:
			m, b.buffered = b.buffered[0], b.buffered[1:]
		case b.sealed:
			return m, false
		default:
			if m, ok = b.poll(); !ok {
				return m, false
			}
		}
		parts, batch, err := wire.SplitBatch(m.raw)
		var newer *wire.NewerVersionError
		switch {
		case !batch:
			return m, true
		case errors.As(err, &newer) && b.newerSize+size(m) <= maxNewer:
			b.undecodable, b.newerSize = append(b.undecodable, m), b.newerSize+size(m)
		case err != nil:
			b.addDeadLetter(ctx, m, err.Error())
		}
		opened := make([]message, len(parts))
		for i, raw := range parts {
			opened[i] = message{raw: raw, number: m.number}
		}
		b.buffered = append(opened, b.buffered...)
		if len(parts) > 0 {
			b.wakeSelectors()
		}
	}
}

// rouse lets selectors look at what is held.
func (b *queue) wakeSelectors() {
	if b.wake != nil && len(b.buffered) > 0 {
		b.wake.SendAsync(nil)
	}
}

// park takes what has come while the inbox is sealed.
func (b *queue) bufferAfterSeal() {
	for m, ok := b.poll(); ok; m, ok = b.poll() {
		b.afterSeal = append(b.afterSeal, m)
	}
}

// fetch takes the oldest signal out of the SDK's channel.
func (b *queue) poll() (m message, ok bool) {
	if m.raw, m.number, ok = b.source.Next(); ok {
		b.opened++
	}
	return m, ok
}

// hold takes all that has arrived out of the SDK's channel.
func (b *queue) bufferAll() {
	for m, ok := b.poll(); ok; m, ok = b.poll() {
		b.buffered = append(b.buffered, m)
	}
	b.wakeSelectors()
}

// seal takes all that has arrived, and nothing that comes until the seal is
// broken.
func (b *queue) seal(sealed bool) {
	b.sealed = sealed
	if sealed {
		b.bufferAll()
		return
	}
	b.buffered = append(b.buffered, b.afterSeal...)
	b.afterSeal = nil
	b.wakeSelectors()
}

// giveBack undoes a take.
func (b *queue) pushFront(m message) {
	b.buffered = slices.Insert(b.buffered, 0, m)
	b.wakeSelectors()
}

// bury makes a dead letter of a message.
func (b *queue) addDeadLetter(ctx workflow.Context, m message, reason string) {
	letter := wire.DeadLetter{Message: b.source.Name(), Reason: reason, Size: size(m)}
	b.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
	if b.onDead == nil {
		return
	}
	defer func() { // no message may stop a workflow
		if p := recover(); p != nil {
			wait.RethrowTaskFailure(p)
			workflow.GetLogger(ctx).Error("signals: OnDeadLetter panicked, and the run goes on; correct that function",
				"Message", letter.Message, "Panic", p)
		}
	}()
	b.onDead(DeadLetter(letter), m.raw)
}

// ready reports whether take may find something.
func (b *queue) ready() bool { return len(b.buffered) > 0 || !b.sealed && b.source.Len() > 0 }

// Len is how many messages have arrived and were not received. Some of them
// may turn out to be dead letters or duplicates, and a batch of which nothing
// was received yet is one. While [Serve] runs, those that it has not begun to
// handle count.
func (b *queue) Len() int { return len(b.buffered) + len(b.afterSeal) + b.deferred + b.source.Len() }

func (b *queue) status() Status {
	s := Status{
		Received:    b.received - b.deferred,
		Waiting:     b.Len(),
		Duplicates:  b.duplicates,
		Continued:   b.carried,
		Newer:       len(b.undecodable),
		Unreadable:  b.source.Taken() - b.opened,
		DeadLetters: DeadLetters{Count: b.dead.Count},
	}
	for _, letter := range b.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, DeadLetter(letter))
	}
	return s
}
