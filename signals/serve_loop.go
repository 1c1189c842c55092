package signals

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A phase is how far a call of [Serve] has come.
type phase uint8

const (
	phaseOpen     phase = iota // takes what arrives
	phaseClosed                // the deadline has passed; what came before is handled
	phaseYielded               // phaseClosed, and those that may move the deadline have had a turn
	phaseDraining              // Drain was true; what came before is handled, and nothing reopens it
	phaseDone                  // Serve returns
)

// A serveLoop is one call of [Serve].
type serveLoop struct {
	ServeOptions

	handlers    []Handler
	deadline    *wait.Deadline // of the options; nil without one
	phase       phase
	nextHandler int // index of the handler to look at first
	err         error

	taken    int              // number of deferred messages so far
	waiting  map[string][]job // deferred messages, by key
	freeKeys []string         // keys of deferred messages of which none is handled
	busyKeys map[string]bool  // keys of messages that are handled

	keyed          bool // at least one handler was made by HandleByKey
	keyedRunning   int
	unkeyedRunning bool
	handlerEnded   bool // since the loop last looked
}

// run serves until the end, then waits for the running handlers.
func (s *serveLoop) run(ctx workflow.Context) error {
	s.watch(ctx)
	ended := s.serve(ctx)
	s.phase = phaseDone
	s.seal(false)
	s.returnDeferred()
	detached, release := workflow.NewDisconnectedContext(ctx)
	defer release()
	_ = workflow.Await(detached, s.idle) // nothing cancels it
	switch {
	case s.err != nil:
		return s.err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return ended
}

// serve starts handlers until the serving has ended. The error is about a deadline
// that was stopped.
func (s *serveLoop) serve(ctx workflow.Context) error {
	for !s.stopping(ctx) {
		s.advance()
		s.handlerEnded = false
		if s.startOne(ctx) {
			continue
		}
		switch {
		case s.phase == phaseDraining && s.idle():
			return nil
		case s.phase == phaseYielded && s.idle():
			s.deadline.Close() // what is left came too late
			return nil
		case s.phase == phaseClosed && s.idle():
			s.phase = phaseYielded
			_ = s.deadline.YieldIfShared(ctx) // only cancellation ends it early
			continue
		}
		if err := stoppedError(s.deadline); err != nil {
			return err
		}
		_ = workflow.Await(ctx, func() bool { // only cancellation ends it early
			return s.handlerEnded || s.stopping(ctx) || s.nextPhase() != s.phase ||
				s.phase == phaseOpen && s.arrived() || stoppedError(s.deadline) != nil
		})
	}
	return nil
}

// watch seals the channels when the end comes while a handler made by [Handle]
// runs in the coroutine of serve.
func (s *serveLoop) watch(ctx workflow.Context) {
	if s.keyed || s.deadline == nil && s.Drain == nil {
		return // serve sees it
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		changed := func() bool { return s.phase == phaseDone || s.nextPhase() != s.phase }
		for s.phase != phaseDone && workflow.Await(ctx, changed) == nil && s.phase != phaseDone {
			s.advance()
		}
	})
}

// nextPhase returns the phase that the deadline and Drain ask for.
func (s *serveLoop) nextPhase() phase {
	switch {
	case s.phase >= phaseDraining:
		return s.phase
	case s.Drain != nil && s.Drain():
		return phaseDraining
	case s.deadline != nil && s.deadline.Passed():
		return max(s.phase, phaseClosed)
	}
	return phaseOpen
}

// advance goes to the next phase. A handler of what came before the deadline may
// move it, and so open the channels again.
func (s *serveLoop) advance() {
	next := s.nextPhase()
	if wasOpen, isOpen := s.phase == phaseOpen, next == phaseOpen; wasOpen != isOpen {
		s.seal(wasOpen)
	}
	s.phase = next
}

// seal makes the channels give what has arrived until now, and no more.
func (s *serveLoop) seal(sealed bool) {
	for _, h := range s.handlers {
		h.queue.seal(sealed)
	}
}

func (s *serveLoop) stopping(ctx workflow.Context) bool {
	return s.err != nil || ctx.Err() != nil || s.Stop != nil && s.Stop()
}

func (s *serveLoop) idle() bool { return s.keyedRunning == 0 && !s.unkeyedRunning }

// mayTake reports whether a message of that handler could be started or deferred.
func (s *serveLoop) mayTake(h Handler) bool {
	if h.keyed {
		return s.keyedRunning < s.Parallel && h.queue.counts.deferred < lookAhead
	}
	return !s.unkeyedRunning
}

func (s *serveLoop) arrived() bool {
	return slices.ContainsFunc(s.handlers, func(h Handler) bool { return s.mayTake(h) && h.queue.ready() })
}
