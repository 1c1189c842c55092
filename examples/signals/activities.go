package main

import (
	"context"
	"sync"
)

// Activities pack items. The map stands in for a database table with a unique key.
type Activities struct {
	mu     sync.Mutex
	packed map[string]Item
}

// Pack packs items. Temporal runs an activity at least once; an item that is packed already
// stays as it is.
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
