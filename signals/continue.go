package signals

import (
	"slices"

	"go.temporal.io/sdk/workflow"
)

// Bounds of a run: the server ends one at 51,200 events, and refuses signals after
// 10,000 of them.
const (
	maxEvents  = 8_000
	lastEvents = 40_000 // handlers that overlap without end cannot be waited for any more
)

// An AnyChannel is a *[Channel] of any type.
type AnyChannel interface {
	anyQueue() *queue
}

func (q *queue) anyQueue() *queue { return q }

// ShouldContinueAsNew reports whether the run should be continued as new: because
// the server suggests it, because the history has 8,000 events, or because the run is
// pinned to a version of the workers that is no longer the target. To go on in the new
// version, return workflow.NewContinueAsNewErrorWithOptions with
// workflow.ContinueAsNewVersioningBehaviorAutoUpgrade. The server's suggestion does
// not count signals, of which a run takes 10,000; each is an event, so the length of
// the history does. ShouldContinueAsNew is false while update handlers run, until the
// history has 40,000 events: handlers that overlap may never all be done, and the
// server ends a run at 51,200. Their callers then get an error. For workflow code.
func ShouldContinueAsNew(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return handlersAllow(ctx) &&
		(info.GetContinueAsNewSuggested() || info.GetTargetWorkerDeploymentVersionChanged() || info.GetCurrentHistoryLength() >= maxEvents)
}

// handlersAllow reports whether update handlers let the run end.
func handlersAllow(ctx workflow.Context) bool {
	return workflow.AllHandlersFinished(ctx) || workflow.GetInfo(ctx).GetCurrentHistoryLength() >= lastEvents
}

// NewContinueState returns what the next run needs of these channels: all messages
// that were not received, in order, and the latest IDs of those that were. Name every
// channel of the run. What the previous run has handed on for a channel that this run
// has not opened is included.
//
// The state is collected when it is encoded, by workflow.NewContinueAsNewError. What
// arrives, or is received, between the two calls is accounted for. Between that
// call and the return of its error nothing may block: a signal that arrives
// then is lost with the run, which reports it. The channels keep their messages, so
// a run that goes on after all has lost nothing.
//
// When ok is false the run must go on, receive some messages, and ask again later:
// update handlers run (and the history has fewer than 40,000 events), messages wait in
// a [Serve] for others of their key, or the messages are more than 512 KB, which is
// near what the server takes. IDs get the room that is left, and the latest 1,000 of
// each channel in any case. For workflow code.
func NewContinueState(ctx workflow.Context, channels ...AnyChannel) (state ContinueState, ok bool) {
	h := &handover{}
	for _, ch := range channels {
		if q := ch.anyQueue(); q.misuse == nil && !slices.Contains(h.queues, q) {
			h.queues = append(h.queues, q)
		}
	}
	h.forget()
	if !handlersAllow(ctx) || slices.ContainsFunc(h.queues, func(q *queue) bool { return q.counts.deferred > 0 }) {
		return ContinueState{}, false
	}
	if _, size := h.collect(); size > maxContinued {
		workflow.GetLogger(ctx).Warn(
			"signals: the messages are too large for the next run; this run goes on until some are received", "Bytes", size, "Limit", maxContinued)
		return ContinueState{}, false
	}
	return ContinueState{live: h}, true
}

// A handover collects what the channels of a run hand to the next one.
type handover struct {
	queues []*queue
	passed []*part // of the previous run, that no channel of this run has taken
}

// forget undoes what the handover before has noted.
func (h *handover) forget() {
	for _, q := range h.queues {
		q.counts.continued = 0
		for i := range q.previous {
			q.previous[i].continued = false
		}
	}
}

// collect returns the parts of the state, and the size of their messages as JSON.
func (h *handover) collect() (parts []part, size int) {
	h.passed = nil
	for _, q := range h.queues {
		q.bufferAll()
		parts = append(parts, q.part())
		for i := range q.previous { // the channels share the list
			if p := &q.previous[i]; !p.claimed && !slices.Contains(h.passed, p) {
				h.passed = append(h.passed, p)
				parts = append(parts, *p)
			}
		}
	}
	for _, p := range parts {
		size += p.size()
	}
	return parts, size
}

// commit collects the state for the next run, with as many IDs as there is room for,
// and notes that it was handed on.
func (h *handover) commit() []part {
	parts, size := h.collect()
	for i := range parts {
		parts[i].trim((maxContinued - size) / len(parts))
	}
	for _, q := range h.queues {
		q.counts.continued = q.Len() + len(q.undecodable.messages)
	}
	for _, p := range h.passed {
		p.continued = true
	}
	return parts
}

// size returns an upper bound of what the messages take as JSON.
func (p part) size() int {
	size := len(`{"name":"","messages":[],"seen":""},`) + 6*len(p.Name)
	for _, m := range p.Messages {
		size += m.Size()
	}
	return size
}

// trim drops the oldest IDs when they all take more than room as JSON.
func (p *part) trim(room int) {
	keep := max(room/4*3/len(hash{}), seenAlways) * len(hash{}) // in base64
	if len(p.Seen) > keep {
		p.Seen = p.Seen[len(p.Seen)-keep:]
	}
}
