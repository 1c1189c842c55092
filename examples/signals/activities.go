package main

import (
	"context"
	"sync"
)

// Activities are the steps outside the workflow. They keep what a table with a
// unique key would.
type Activities struct {
	mu     sync.Mutex
	packed map[string]Item
}

// Pack packs items. Temporal runs an activity at least once; an item that is packed
// already stays as it is, so a second time does no harm.
func (a *Activities) Pack(_ context.Context, items []Item) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.packed == nil {
		a.packed = map[string]Item{}
	}
	for _, item := range items {
		if _, ok := a.packed[item.ID]; !ok {
			a.packed[item.ID] = item
		}
	}
	return nil
}

// has reports whether an item was packed.
func (a *Activities) has(item Item) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.packed[item.ID] == item
}

// count returns the number of packed items.
func (a *Activities) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.packed)
}
