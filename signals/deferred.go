package signals

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"
)

// deferJob keeps a message until the one of its key that is being handled is done.
func (s *serveLoop) deferJob(j job) {
	s.taken++
	j.number = s.taken
	j.queue.counts.deferred++
	s.waiting[j.key] = append(s.waiting[j.key], j)
}

// nextDeferred returns the oldest deferred message whose key is free.
func (s *serveLoop) nextDeferred() (j job, ok bool) {
	if len(s.freeKeys) == 0 {
		return j, false
	}
	first := 0
	for i, key := range s.freeKeys {
		if s.waiting[key][0].number < s.waiting[s.freeKeys[first]][0].number {
			first = i
		}
	}
	key := s.freeKeys[first]
	s.freeKeys = slices.Delete(s.freeKeys, first, first+1)
	j = s.waiting[key][0]
	if s.waiting[key] = s.waiting[key][1:]; len(s.waiting[key]) == 0 {
		delete(s.waiting, key)
	}
	j.queue.counts.deferred--
	return j, true
}

// returnDeferred puts the deferred messages back into their queues, in order.
func (s *serveLoop) returnDeferred() {
	var all []job
	for _, key := range workflow.DeterministicKeys(s.waiting) {
		all = append(all, s.waiting[key]...)
	}
	slices.SortFunc(all, func(a, b job) int { return cmp.Compare(b.number, a.number) }) // latest first, as undo needs
	for _, h := range s.handlers {
		var back []message
		for _, j := range all {
			if j.queue == h.queue {
				back = append(back, j.undo())
			}
		}
		all = slices.DeleteFunc(all, func(j job) bool { return j.queue == h.queue })
		slices.Reverse(back)
		h.queue.counts.deferred -= len(back)
		h.queue.buffered = append(back, h.queue.buffered...)
		h.queue.wakeSelectors()
	}
}
