package signals

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A queue is the part of a channel that does not know the type of its messages.
type queue struct {
	misuse      error // why the channel cannot be used
	source      *wait.Source
	buffered    []message // taken from the source and not received, oldest first
	closed      sealState
	undecodable newerBatches
	wake        workflow.Channel // tells selectors that buffered has messages; nil without selectors
	seen        window
	previous    []part // what the previous run has handed on, for all channels

	counts counts
	dead   wire.DeadLetters
	onDead func(DeadLetter, converter.RawValue)
}

// A sealState keeps messages that arrive apart from those that arrived before.
type sealState struct {
	on    bool
	after []message // what selectors have taken since
}

// newerBatches are batches that only a later version of this library can read.
type newerBatches struct {
	messages []message
	size     int
}

// counts are what [Status] reports.
type counts struct {
	polled     int // signals that the SDK gave us
	received   int // messages, deferred ones included
	duplicates int
	deferred   int // by Serve, and not begun
	continued  int // handed to the next run
}

// A message has its place among the run's signals of its name, from 1; those of
// the previous run have numbers below 0.
type message struct {
	raw      converter.RawValue
	number   int
	accepted bool // it was received, and given back
}

// maxNewer bounds the size of the newer batches, which this run cannot receive.
const maxNewer = wire.MaxMessage

func size(m message) int { return len(m.raw.Payload().GetData()) }

// pop returns the oldest message. It splits batches on the way.
func (q *queue) pop(ctx workflow.Context) (m message, ok bool) {
	for {
		switch {
		case len(q.buffered) > 0:
			m, q.buffered = q.buffered[0], q.buffered[1:]
		case q.closed.on:
			return m, false
		default:
			if m, ok = q.poll(); !ok {
				return m, false
			}
		}
		parts, isBatch, err := wire.SplitBatch(m.raw)
		var newer *wire.NewerVersionError
		switch {
		case !isBatch:
			return m, true
		case errors.As(err, &newer) && q.undecodable.size+size(m) <= maxNewer:
			q.undecodable = newerBatches{append(q.undecodable.messages, m), q.undecodable.size + size(m)}
		case err != nil:
			q.addDeadLetter(ctx, m, err.Error())
		}
		split := make([]message, len(parts))
		for i, raw := range parts {
			split[i] = message{raw: raw, number: m.number}
		}
		q.buffered = append(split, q.buffered...)
		if len(parts) > 0 {
			q.wakeSelectors()
		}
	}
}

// poll takes the oldest signal out of the SDK's channel.
func (q *queue) poll() (m message, ok bool) {
	if m.raw, m.number, ok = q.source.Next(); ok {
		q.counts.polled++
	}
	return m, ok
}

// bufferAll takes all that has arrived out of the SDK's channel.
func (q *queue) bufferAll() {
	for m, ok := q.poll(); ok; m, ok = q.poll() {
		q.buffered = append(q.buffered, m)
	}
	q.wakeSelectors()
}

// seal takes all that has arrived, and nothing that comes until it is called with
// false.
func (q *queue) seal(on bool) {
	q.closed.on = on
	if on {
		q.bufferAll()
		return
	}
	q.buffered = append(q.buffered, q.closed.after...)
	q.closed.after = nil
	q.wakeSelectors()
}

// pushFront undoes a pop.
func (q *queue) pushFront(m message) {
	q.buffered = slices.Insert(q.buffered, 0, m)
	q.wakeSelectors()
}

// addDeadLetter keeps, reports and hands over a message that cannot be used.
func (q *queue) addDeadLetter(ctx workflow.Context, m message, reason string) {
	letter := wire.DeadLetter{Message: q.source.Name(), Reason: reason, Size: size(m)}
	q.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
	if q.onDead == nil {
		return
	}
	defer func() { // no message may stop a workflow
		if p := recover(); p != nil {
			wait.RethrowTaskFailure(p)
			workflow.GetLogger(ctx).Error("signals: OnDeadLetter panicked, and the run goes on; correct that function",
				"Message", letter.Message, "Panic", p)
		}
	}()
	q.onDead(DeadLetter(letter), m.raw)
}

// ready reports whether pop may find a message.
func (q *queue) ready() bool { return len(q.buffered) > 0 || !q.closed.on && q.source.Len() > 0 }

// Len returns the number of messages that have arrived and were not received. Some
// may turn out to be dead letters or duplicates, and a batch of which nothing was
// received counts as one. Messages that [Serve] has not begun to handle count.
func (q *queue) Len() int {
	return len(q.buffered) + len(q.closed.after) + q.counts.deferred + q.source.Len()
}

func (q *queue) status() Status {
	s := Status{
		Received:    q.counts.received - q.counts.deferred,
		Waiting:     q.Len(),
		Duplicates:  q.counts.duplicates,
		Continued:   q.counts.continued,
		Newer:       len(q.undecodable.messages),
		Unreadable:  q.source.Taken() - q.counts.polled,
		DeadLetters: DeadLetters{Count: q.dead.Count},
	}
	for _, letter := range q.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, DeadLetter(letter))
	}
	return s
}
