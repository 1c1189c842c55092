package signals

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// ServeOptions tunes [Serve]. The zero value serves without end.
type ServeOptions struct {
	// Deadline ends the serving when it has passed and all messages are handled
	// that came before, as each channel's [DeadlinePolicy] say. Nil never passes.
	Deadline *Deadline
	// Closing ends the serving when it is true and all messages are handled that
	// have arrived until then, as when somebody has asked the run to end. Like
	// Until it must be quick and change nothing. Nil is never true.
	Drain func() bool
	// Until ends the serving when it is true, whatever has arrived. It is asked
	// before each message and whenever something has happened; often it asks
	// ShouldContinueAsNew. When [NewContinueState] then refuses since the messages are too
	// many, serve on with a condition that lets some of them through, or Until
	// ends the next call at once. Nil is never true.
	Stop func() bool
	// Parallel is how many messages of handlers made by [HandleByKey] are
	// handled at the same time. Zero is 10.
	Parallel int
}

const (
	parallelByDefault = 10
	// lookAhead is how many messages of one channel may be taken while others of
	// their key are handled, so that one busy key does not hold up the others: as
	// many as a server gives to one run.
	lookAhead = 10_000
)

// Serve receives messages and handles them until s says that it is enough, ctx
// is canceled, or a handler returns an error. Then it waits until the running
// handlers have ended, and returns nil, the CanceledError, or the first
// handler's error; handle in the handler what need not end the serving. What
// was not handled stays in the channels, in order, for [NewContinueState] or for another
// call. Handlers run with ctx and may block. Channels take turns, and a key that is
// busy holds up no other. For workflow code.
func Serve(ctx workflow.Context, handlers []Handler, s ServeOptions) error {
	if s.Parallel <= 0 {
		s.Parallel = parallelByDefault
	}
	v := &serveLoop{ServeOptions: s, handlers: handlers, busy: map[string]bool{}, waiting: map[string][]job{}}
	if s.Deadline != nil {
		v.deadline = s.Deadline.core
	}
	for _, h := range handlers {
		if h.inbox.misuse != nil {
			return h.inbox.misuse
		}
		v.keyed = v.keyed || h.keyed
	}
	return v.serve(ctx)
}

// A Handler is what [Serve] does with the messages of one channel.
type Handler struct {
	keyed bool
	inbox *queue
	take  func(workflow.Context, *wait.Deadline) (job, bool)
}

// A job is a message that was taken to be handled.
type job struct {
	inbox    *queue
	number   int // in the order of taking
	key      string
	run      func(workflow.Context) error
	giveBack func() message // undoes the taking
}

// Handle makes the handler that calls f for each message of ch, one at a time:
// of all handlers made by Handle, Serve runs one.
func Handle[T any](ch *Channel[T], f func(workflow.Context, T) error) Handler {
	return Handler{inbox: &ch.queue, take: func(ctx workflow.Context, deadline *wait.Deadline) (job, bool) {
		_, v, ok := ch.open(ctx, deadline)
		return job{run: func(ctx workflow.Context) error { return f(ctx, v) }}, ok
	}}
}

// HandleByKey makes the handler that calls f for several messages of ch at the
// same time, each in a coroutine of its own, but for messages of one key one
// at a time and in order. Handlers that are served together share the keys.
// key must be pure; a message for which it panics is a dead letter. f must block
// with the context that it is given, and with none that was made outside of it:
// each coroutine has its own.
func HandleByKey[T any](ch *Channel[T], key func(T) string, f func(workflow.Context, T) error) Handler {
	return Handler{keyed: true, inbox: &ch.queue, take: func(ctx workflow.Context, deadline *wait.Deadline) (job, bool) {
		for {
			o, v, ok := ch.open(ctx, deadline)
			if !ok {
				return job{}, false
			}
			k, err := taken("key", key, v)
			if err != nil {
				ch.received--
				ch.seen.forget(o.hash)
				ch.addDeadLetter(ctx, o.message, err.Error())
				continue
			}
			return job{
				inbox:    &ch.queue,
				key:      k,
				run:      func(ctx workflow.Context) error { return f(ctx, v) },
				giveBack: func() message { return ch.close(o) },
			}, true
		}
	}}
}
