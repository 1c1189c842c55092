package signals

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"
)

// setAside lets a message wait until the one of its key that is handled is done.
func (s *serveLoop) setAside(j job) {
	s.taken++
	j.number = s.taken
	j.inbox.deferred++
	s.waiting[j.key] = append(s.waiting[j.key], j)
}

// next is the oldest message that waits and whose key is free.
func (s *serveLoop) next() (j job, ok bool) {
	if len(s.keys) == 0 {
		return j, false
	}
	first := 0
	for i, key := range s.keys {
		if s.waiting[key][0].number < s.waiting[s.keys[first]][0].number {
			first = i
		}
	}
	key := s.keys[first]
	s.keys = slices.Delete(s.keys, first, first+1)
	j = s.waiting[key][0]
	if s.waiting[key] = s.waiting[key][1:]; len(s.waiting[key]) == 0 {
		delete(s.waiting, key)
	}
	return j, true
}

// giveBack puts the messages that wait for others of their key back, in order.
func (s *serveLoop) giveBack() {
	var all []job
	for _, key := range workflow.DeterministicKeys(s.waiting) {
		all = append(all, s.waiting[key]...)
	}
	slices.SortFunc(all, func(a, b job) int { return cmp.Compare(b.number, a.number) }) // the latest first
	for _, h := range s.handlers {
		var back []message
		for _, j := range all {
			if j.inbox == h.inbox {
				back = append(back, j.giveBack())
			}
		}
		all = slices.DeleteFunc(all, func(j job) bool { return j.inbox == h.inbox })
		slices.Reverse(back)
		h.inbox.deferred -= len(back)
		h.inbox.buffered = append(back, h.inbox.buffered...)
		h.inbox.wakeSelectors()
	}
}
