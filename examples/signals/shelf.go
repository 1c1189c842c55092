package main

import (
	"context"
	"sync"
)

// Activities are the steps outside the workflow.
type Activities struct{ Shelf *Shelf }

// Pack puts items on the shelf. Temporal runs an activity at least once; an
// item that lies there already stays as it is, so a second time does no harm.
func (a *Activities) Pack(_ context.Context, items []Item) error {
	a.Shelf.put(items)
	return nil
}

// A Shelf is where packed items lie. Yours is a table with a unique key.
type Shelf struct {
	mu     sync.Mutex
	packed map[string]Item
}

func (s *Shelf) put(items []Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packed == nil {
		s.packed = map[string]Item{}
	}
	for _, item := range items {
		if _, there := s.packed[item.ID]; !there {
			s.packed[item.ID] = item
		}
	}
}

// count tells how many of the items are on the shelf, and how many others.
func (s *Shelf) count(items []Item) (these, others int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, item := range items {
		if s.packed[item.ID] == item {
			these++
		}
	}
	return these, len(s.packed) - these
}
