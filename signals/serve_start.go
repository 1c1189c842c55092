package signals

import "go.temporal.io/sdk/workflow"

// startOne starts the oldest message that may be handled now, and reports whether
// there is one. Deferred messages come first.
func (s *serveLoop) startOne(ctx workflow.Context) bool {
	if j, ok := s.nextDeferred(); ok {
		s.startKeyed(ctx, j)
		return true
	}
	for range s.handlers {
		h := s.handlers[s.nextHandler]
		s.nextHandler = (s.nextHandler + 1) % len(s.handlers)
		if s.startFrom(ctx, h) {
			return true
		}
	}
	return false
}

// startFrom starts the next message of a handler. It defers those whose key is busy.
func (s *serveLoop) startFrom(ctx workflow.Context, h Handler) bool {
	for s.mayTake(h) {
		j, ok := h.next(ctx, s.deadline)
		switch {
		case !ok:
			return false
		case !h.keyed:
			s.startUnkeyed(ctx, j)
			return true
		case !s.busyKeys[j.key]:
			s.startKeyed(ctx, j)
			return true
		}
		s.deferJob(j)
	}
	return false
}

// startKeyed handles a message in a coroutine of its own.
func (s *serveLoop) startKeyed(ctx workflow.Context, j job) {
	s.busyKeys[j.key] = true
	s.keyedRunning++
	workflow.Go(ctx, func(ctx workflow.Context) {
		s.finish(j.run(ctx))
		delete(s.busyKeys, j.key)
		if len(s.waiting[j.key]) > 0 {
			s.freeKeys = append(s.freeKeys, j.key)
		}
		s.keyedRunning--
	})
}

// startUnkeyed handles a message in the coroutine of Serve, or beside handlers
// that have keys.
func (s *serveLoop) startUnkeyed(ctx workflow.Context, j job) {
	if !s.keyed {
		s.finish(j.run(ctx))
		return
	}
	s.unkeyedRunning = true
	workflow.Go(ctx, func(ctx workflow.Context) {
		s.finish(j.run(ctx))
		s.unkeyedRunning = false
	})
}

// finish keeps the first error of the handlers.
func (s *serveLoop) finish(err error) {
	s.handlerEnded = true
	if s.err == nil {
		s.err = err
	}
}
