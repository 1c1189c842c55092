package signals

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// ServeOptions tunes [Serve]. The zero value serves without end. The functions must
// be quick and change nothing; nil is never true.
type ServeOptions struct {
	// Deadline ends the serving when it has passed and all messages that came
	// before are handled, as each channel's [DeadlinePolicy] says. Nil never passes.
	Deadline *Deadline
	// Drain ends the serving when it is true and all messages that have arrived
	// until then are handled. Use it when the run was asked to end.
	Drain func() bool
	// Stop ends the serving when it is true, whatever has arrived. Serve asks it
	// before each message and whenever something has happened; often it is
	// [ShouldContinueAsNew]. When [NewContinueState] then refuses because of too
	// many messages, serve on with a condition that lets some of them through.
	Stop func() bool
	// Parallel limits how many messages handlers made by [HandleByKey] handle
	// at the same time. Zero is 10.
	Parallel int
}

const (
	defaultParallel = 10
	// lookAhead is the number of messages of one channel that may be deferred, so
	// that a busy key holds up no other: as many as a server gives to one run.
	lookAhead = 10_000
)

// Serve receives messages and handles them until o ends it, ctx is canceled, or a
// handler returns an error. Then it waits until the running handlers have ended. It
// returns nil, the CanceledError, or the first handler's error; a handler that must
// not end the serving keeps its error. What was not handled stays in the channels, in
// order, for [NewContinueState] or another call. Handlers run with ctx and may block.
// Channels take turns, and a key that is busy holds up no other. Serve costs no
// history event. For workflow code.
func Serve(ctx workflow.Context, handlers []Handler, o ServeOptions) error {
	if len(handlers) == 0 || o.Parallel < 0 {
		return refuse(ReasonMisuse, "Serve was called with %d handlers and Parallel %d; pass at least one handler, and no negative number",
			len(handlers), o.Parallel)
	}
	if o.Parallel == 0 {
		o.Parallel = defaultParallel
	}
	s := &serveLoop{ServeOptions: o, handlers: handlers, busyKeys: map[string]bool{}, waiting: map[string][]job{}}
	if o.Deadline != nil {
		s.deadline = o.Deadline.core
	}
	for _, h := range handlers {
		switch {
		case h.queue == nil:
			return refuse(ReasonMisuse, "Serve was called with an empty handler; make it with Handle or HandleByKey, from a channel and functions")
		case h.queue.misuse != nil:
			return h.queue.misuse
		}
		s.keyed = s.keyed || h.keyed
	}
	return s.run(ctx)
}

// A Handler is what [Serve] does with the messages of one channel.
type Handler struct {
	keyed bool
	queue *queue
	next  func(workflow.Context, *wait.Deadline) (job, bool)
}

// A job is a message that was taken to be handled.
type job struct {
	queue  *queue
	number int // in the order of deferring
	key    string
	run    func(workflow.Context) error
	undo   func() message // returns the message as it was before it was taken
}

// Handle makes the handler that calls f for each message of ch, one at a time: of
// all handlers made by Handle, Serve runs one.
func Handle[T any](ch *Channel[T], f func(workflow.Context, T) error) Handler {
	if ch == nil || f == nil {
		return Handler{} // which Serve refuses
	}
	return Handler{queue: &ch.queue, next: func(ctx workflow.Context, deadline *wait.Deadline) (job, bool) {
		v, ok := ch.next(ctx, deadline)
		return job{run: func(ctx workflow.Context) error { return f(ctx, v) }}, ok
	}}
}

// HandleByKey makes the handler that calls f for several messages of ch at the same
// time, each in a coroutine of its own, and for messages of one key one at a time and
// in order. Handlers that are served together share the keys. key must be pure; a
// message for which it panics is a dead letter. f must block with the context that it
// is given, and with none that was made outside of it: each coroutine has its own.
func HandleByKey[T any](ch *Channel[T], key func(T) string, f func(workflow.Context, T) error) Handler {
	if ch == nil || key == nil || f == nil {
		return Handler{} // which Serve refuses
	}
	return Handler{keyed: true, queue: &ch.queue, next: func(ctx workflow.Context, deadline *wait.Deadline) (job, bool) {
		for {
			r, v, ok := ch.decodeNext(ctx, deadline)
			if !ok {
				return job{}, false
			}
			k, err := callSafely("key", key, v)
			if err != nil {
				ch.addDeadLetter(ctx, ch.undo(r), err.Error())
				continue
			}
			return job{
				queue: &ch.queue,
				key:   k,
				run:   func(ctx workflow.Context) error { return f(ctx, v) },
				undo:  func() message { return ch.undo(r) },
			}, true
		}
	}}
}
