package main

import (
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// A Studio stands in for the world outside. It keeps books of its own.
type Studio struct {
	frameTime time.Duration
	say       func(who, format string, args ...any)
	reminders chan Reminder // what the editor reads

	mu          sync.Mutex
	frames      []int // in the order in which they were rendered
	interrupted []interruption
}

// An interruption is where an attempt at rendering has ended, and why.
type interruption struct {
	worker string
	frame  int
	cause  heartbeat.Cause
}

func newStudio(frameTime time.Duration, say func(who, format string, args ...any)) *Studio {
	return &Studio{frameTime: frameTime, say: say, reminders: make(chan Reminder, 10)}
}

// render takes its time.
func (s *Studio) render(frame int) {
	time.Sleep(s.frameTime)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frames = append(s.frames, frame)
}

func (s *Studio) interrupt(worker string, frame int, cause heartbeat.Cause) {
	s.say(worker, "render   ends before frame %d: %s", frame, cause)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.interrupted = append(s.interrupted, interruption{worker, frame, cause})
}

// books are all frames that were rendered, and the interruptions.
func (s *Studio) books() ([]int, []interruption) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]int(nil), s.frames...), append([]interruption(nil), s.interrupted...)
}
