package storetest

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// op records one call in a history, and its answer.
type op struct {
	verb          string
	owner         byte
	fence         int64
	hold, abandon bool
	final         driver.State
	result        byte

	call, end time.Duration // since the history began
	unknown   bool          // the outcome
	won       bool
	seen      soakState
	answer    string // "lost" or "none", else ""
}

// soakState holds a record without what a clock measures.
type soakState struct {
	state                driver.State // 0 is none
	owner                byte
	fence                int64
	takenOver, abandoned bool
	result               byte
}

func soaked(r driver.Record) soakState {
	s := soakState{state: r.State, owner: r.Owner[0], fence: r.Fence, takenOver: r.TakenOver}
	s.abandoned = r.State == driver.StateInProgress && r.Remaining <= 0
	if len(r.Result) > 0 {
		s.result = r.Result[0]
	}
	return s
}

// explained reports whether the calls can have happened one after the other,
// each between its beginning and its end, so that each has its answer.
func explained(history []op) bool {
	type place struct {
		done  uint64 // a bit for each call
		state soakState
	}
	been := map[place]bool{}
	var search func(place) bool
	search = func(at place) bool {
		if been[at] {
			return false
		}
		been[at] = true
		left := false // calls that have happened for sure
		for i, o := range history {
			left = left || at.done&(1<<i) == 0 && !o.unknown
		}
		if !left {
			return true
		}
		for i, o := range history {
			if at.done&(1<<i) != 0 {
				continue
			}
			if !first(history, at.done, o) {
				continue
			}
			next, answer := o.on(at.state)
			if (o.unknown || o.right(answer)) && search(place{at.done | 1<<i, next}) {
				return true
			}
		}
		return false
	}
	return search(place{})
}

// first reports whether no call that is left had ended before o began.
func first(history []op, done uint64, o op) bool {
	for i, other := range history {
		if done&(1<<i) == 0 && !other.unknown && other.end < o.call {
			return false
		}
	}
	return true
}

func (o op) right(answer op) bool {
	return o.answer == answer.answer && o.won == answer.won && (o.verb != "claim" && o.verb != "get" || o.seen == answer.seen)
}

// on returns what a call does to a record, and its answer.
func (o op) on(r soakState) (soakState, op) {
	mine := r.state != 0 && r.owner == o.owner && r.fence == o.fence
	running := r.state == driver.StateInProgress
	lost := op{answer: "lost"}
	switch o.verb {
	case "claim":
		return o.claim(r)
	case "get":
		if r.state == 0 {
			return r, op{answer: "none"}
		}
		return r, op{seen: r}
	case "renew":
		if !mine || !running {
			return r, lost
		}
		r.abandoned = o.abandon
	case "finish":
		same := r.state == o.final && r.result == o.result
		if !mine || !running && !same && r.state != driver.StateIndeterminate {
			return r, lost
		}
		r.state, r.result, r.abandoned = o.final, o.result, false
	case "release":
		if !mine || !running && r.state != driver.StateReleased {
			return r, lost
		}
		r.state, r.abandoned = driver.StateReleased, false
	case "resolve":
		if r.fence != o.fence || r.state != driver.StateIndeterminate && r.state != driver.StatePending && !r.abandoned {
			return r, lost
		}
		if r.state, r.result, r.abandoned = o.final, o.result, false; o.final == driver.StateReleased {
			r.result = 0
		}
	case "forget":
		switch {
		case r.state == 0:
			return r, op{answer: "none"}
		case running && !r.abandoned:
			return r, lost
		}
		r = soakState{}
	}
	return r, op{}
}

func (o op) claim(r soakState) (soakState, op) {
	switch {
	case r.state == 0 || r.state == driver.StateReleased:
		r = soakState{state: driver.StateInProgress, owner: o.owner, fence: r.fence + 1}
	case r.state == driver.StateInProgress && r.owner == o.owner:
	case r.abandoned && o.hold:
		r.state, r.abandoned = driver.StateIndeterminate, false
		return r, op{seen: r}
	case r.abandoned:
		r = soakState{state: driver.StateInProgress, owner: o.owner, fence: r.fence + 1, takenOver: true}
	default:
		return r, op{seen: r}
	}
	return r, op{won: true, seen: r}
}
