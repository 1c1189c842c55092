package signals

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A server is one call of [Serve].
type server struct {
	Serving

	handlers []Handler
	keyed    bool // at least one handler is
	deadline *wait.Deadline
	closing  bool // Closing was true
	over     bool // the end has come, and what came before it is sealed
	settled  bool // whoever could move the deadline has had a turn
	turn     int  // the handler to look at first
	waiting  []job
	busy     map[string]bool // keys of which a message is handled
	running  int             // how many those are
	alone    bool            // a message without a key is handled
	ended    bool            // a handler has ended since we looked
	err      error
}

func (s *server) serve(ctx workflow.Context) error {
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
				s.deadline.Expire() // what is left came too late
				break
			}
			s.settled = true
			err = s.deadline.Settle(ctx)
			continue
		}
		err = workflow.Await(ctx, func() bool {
			return s.ended || s.stopping(ctx) || s.over != s.passed() || !s.over && s.arrived()
		})
	}
	s.seal(false)
	for _, j := range slices.Backward(s.waiting) {
		j.inbox.aside--
		j.giveBack()
	}
	detached, done := workflow.NewDisconnectedContext(ctx)
	defer done()
	_ = workflow.Await(detached, s.idle) // nobody cancels it
	if s.err != nil {
		return s.err
	}
	return ctx.Err()
}

// close seals the channels when the end has come. A handler of what came before
// may move the deadline, and so break the seal.
func (s *server) close() {
	s.closing = s.closing || s.Closing != nil && s.Closing()
	if over := s.passed(); over != s.over {
		s.over, s.settled = over, false
		s.seal(over)
	}
}

func (s *server) stopping(ctx workflow.Context) bool {
	return s.err != nil || ctx.Err() != nil || s.Until != nil && s.Until()
}

func (s *server) passed() bool {
	return s.deadline != nil && s.deadline.Passed() || s.closing || s.Closing != nil && s.Closing()
}

func (s *server) idle() bool { return s.running == 0 && !s.alone }

// seal lets the channels give what has arrived until now, and no more.
func (s *server) seal(sealed bool) {
	for _, h := range s.handlers {
		h.inbox.seal(sealed)
	}
}

// mayTake reports whether a message of that handler could be started, or at
// least set aside.
func (s *server) mayTake(h Handler) bool {
	if h.keyed {
		return s.running < s.Parallel && len(s.waiting) < lookAhead
	}
	return !s.alone
}

func (s *server) arrived() bool {
	return slices.ContainsFunc(s.handlers, func(h Handler) bool { return s.mayTake(h) && h.inbox.ready() })
}

// startOne starts the oldest message that may be handled now, if there is one.
// Those that wait come first: their key is busy, or has left them its place.
func (s *server) startOne(ctx workflow.Context) bool {
	free := func(j job) bool { return !s.busy[j.key] }
	if i := slices.IndexFunc(s.waiting, free); i >= 0 {
		j := s.waiting[i]
		s.waiting = slices.Delete(s.waiting, i, i+1)
		j.inbox.aside--
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
			case free(j):
				s.startKeyed(ctx, j)
				return true
			default:
				j.inbox.aside++
				s.waiting = append(s.waiting, j)
				continue
			}
			break
		}
	}
	return false
}

// startKeyed handles a message in a coroutine of its own.
func (s *server) startKeyed(ctx workflow.Context, j job) {
	s.busy[j.key] = true
	s.running++
	workflow.Go(ctx, func(ctx workflow.Context) {
		s.finish(j.run(ctx))
		delete(s.busy, j.key)
		s.running--
	})
}

// startAlone handles a message right here, or beside those that have keys.
func (s *server) startAlone(ctx workflow.Context, j job) {
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

func (s *server) finish(err error) {
	s.ended = true
	if s.err == nil {
		s.err = err
	}
}
