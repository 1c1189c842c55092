package signals

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A server is one call of [Serve].
type serveLoop struct {
	ServeOptions

	handlers []Handler
	keyed    bool // at least one handler is
	deadline *wait.Deadline
	closing  bool // Closing was true
	over     bool // the end has come, and what came before it is sealed
	settled  bool // whoever could move the deadline has had a turn
	turn     int  // the handler to look at first
	taken    int
	waiting  map[string][]job // by key, while others of the key are handled
	keys     []string         // of which messages wait and none is handled
	busy     map[string]bool  // keys of which a message is handled
	running  int              // how many those are
	alone    bool             // a message without a key is handled
	ended    bool             // a handler has ended since we looked
	done     bool             // serve has returned
	err      error
}

func (s *serveLoop) serve(ctx workflow.Context) error {
	s.watch(ctx)
	defer func() { s.done = true }()
	var err error
	for err == nil && !s.stopping(ctx) {
		s.close()
		s.ended = false
		if s.startOne(ctx) {
			continue
		}
		if s.over && s.idle() {
			if s.closing {
				break
			}
			if s.settled {
				s.deadline.Close() // what is left came too late
				break
			}
			s.settled = true
			err = s.deadline.YieldIfShared(ctx)
			continue
		}
		if err = endless(s.deadline); err != nil {
			break
		}
		err = workflow.Await(ctx, func() bool {
			return s.ended || s.stopping(ctx) || s.over != s.passed() || !s.over && s.arrived() || endless(s.deadline) != nil
		})
	}
	s.seal(false)
	s.giveBack()
	detached, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	_ = workflow.Await(detached, s.idle) // nothing cancels it
	switch {
	case s.err != nil:
		return s.err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return endless(s.deadline)
}

// watch seals the channels when the end comes while a handler made by [Handle]
// runs in the coroutine of serve.
func (s *serveLoop) watch(ctx workflow.Context) {
	if s.keyed || s.deadline == nil && s.Drain == nil {
		return // serve sees it
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		for !s.done && workflow.Await(ctx, func() bool { return s.done || s.over != s.passed() }) == nil && !s.done {
			s.close()
		}
	})
}

// close seals the channels when the end has come. A handler of what came before
// may move the deadline, and so break the seal.
func (s *serveLoop) close() {
	s.closing = s.closing || s.Drain != nil && s.Drain()
	if over := s.passed(); over != s.over {
		s.over, s.settled = over, false
		s.seal(over)
	}
}

func (s *serveLoop) stopping(ctx workflow.Context) bool {
	return s.err != nil || ctx.Err() != nil || s.Stop != nil && s.Stop()
}

func (s *serveLoop) passed() bool {
	return s.deadline != nil && s.deadline.Passed() || s.closing || s.Drain != nil && s.Drain()
}

func (s *serveLoop) idle() bool { return s.running == 0 && !s.alone }

// seal lets the channels give what has arrived until now, and no more.
func (s *serveLoop) seal(sealed bool) {
	for _, h := range s.handlers {
		h.inbox.seal(sealed)
	}
}

// mayTake reports whether a message of that handler could be started, or at
// least set aside.
func (s *serveLoop) mayTake(h Handler) bool {
	if h.keyed {
		return s.running < s.Parallel && h.inbox.deferred < lookAhead
	}
	return !s.alone
}

func (s *serveLoop) arrived() bool {
	return slices.ContainsFunc(s.handlers, func(h Handler) bool { return s.mayTake(h) && h.inbox.ready() })
}

// startOne starts the oldest message that may be handled now, if there is one.
// Those that wait come first: their key is busy, or has left them its place.
func (s *serveLoop) startOne(ctx workflow.Context) bool {
	if j, ok := s.next(); ok {
		j.inbox.deferred--
		s.startKeyed(ctx, j)
		return true
	}
	for range s.handlers {
		h := s.handlers[s.turn]
		s.turn = (s.turn + 1) % len(s.handlers)
		for s.mayTake(h) {
			j, ok := h.take(ctx, s.deadline)
			switch {
			case !ok:
			case !h.keyed:
				s.startAlone(ctx, j)
				return true
			case !s.busy[j.key]:
				s.startKeyed(ctx, j)
				return true
			default:
				s.setAside(j)
				continue
			}
			break
		}
	}
	return false
}

// startKeyed handles a message in a coroutine of its own.
func (s *serveLoop) startKeyed(ctx workflow.Context, j job) {
	s.busy[j.key] = true
	s.running++
	workflow.Go(ctx, func(ctx workflow.Context) {
		s.finish(j.run(ctx))
		delete(s.busy, j.key)
		if len(s.waiting[j.key]) > 0 {
			s.keys = append(s.keys, j.key)
		}
		s.running--
	})
}

// startAlone handles a message right here, or beside those that have keys.
func (s *serveLoop) startAlone(ctx workflow.Context, j job) {
	if !s.keyed {
		s.finish(j.run(ctx))
		return
	}
	s.alone = true
	workflow.Go(ctx, func(ctx workflow.Context) {
		s.finish(j.run(ctx))
		s.alone = false
	})
}

func (s *serveLoop) finish(err error) {
	s.ended = true
	if s.err == nil {
		s.err = err
	}
}
