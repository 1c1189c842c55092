package main

import (
	"sync"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A book has what was acknowledged to people and to the warehouse, before they
// went on: they are promised that it counts.
type book struct {
	mu      sync.Mutex
	started int
	votes   []decided
	queued  int // of the votes, by signal
	items   map[string][]string
	refused map[string][]string // what nobody should have refused, by the promise that it breaks
	kills   map[target]int
	ended   int
}

// decided is a vote that was acknowledged.
type decided struct {
	order, gate, who string
	choice           policy.Choice
}

func newBook() *book {
	return &book{items: map[string][]string{}, refused: map[string][]string{}, kills: map[target]int{}}
}

// note changes the book, or reads it.
func (b *book) note(f func(*book)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b)
}
