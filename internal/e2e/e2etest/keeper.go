package e2etest

import (
	"os"
	"sync"
	"testing"
)

// A Keeper starts a worker process again whenever it dies.
type Keeper struct {
	mu      sync.Mutex
	current *Process
	deaths  int
	stopped bool
	ended   chan struct{}
}

// Keep starts a worker process on a task queue, with further environment variables, and starts
// it again when it has died, until the test ends.
func Keep(t *testing.T, queue string, env ...string) *Keeper {
	t.Helper()
	k := &Keeper{ended: make(chan struct{})}
	go func() {
		defer close(k.ended)
		for k.start(t, queue, env) {
			err := k.current.Wait()
			k.mu.Lock()
			if err != nil && !k.stopped {
				k.deaths++
			}
			k.mu.Unlock()
		}
	}()
	t.Cleanup(k.Stop)
	return k
}

func (k *Keeper) start(t *testing.T, queue string, env []string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return false
	}
	p, err := Launch(queue, env...)
	if err != nil {
		t.Error(err)
		return false
	}
	k.current = p
	return true
}

// Signal sends a signal to the process that runs now.
func (k *Keeper) Signal(s os.Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.stopped && k.current != nil {
		_ = k.current.Signal(s)
	}
}

// Stop kills the process and starts no other one.
func (k *Keeper) Stop() {
	k.mu.Lock()
	if !k.stopped {
		k.stopped = true
		if k.current != nil {
			_ = k.current.Signal(os.Kill)
		}
	}
	k.mu.Unlock()
	<-k.ended
}

// Deaths returns how often the process has died.
func (k *Keeper) Deaths() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.deaths
}
