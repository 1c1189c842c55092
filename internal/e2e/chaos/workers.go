package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// A workerPool runs worker processes, which are killed and started again.
type workerPool struct {
	setup setup

	mu     sync.Mutex
	slots  []*slot
	closed bool
	exits  int   // of workers that no one killed
	err    error // of the last such exit
}

// A slot holds one worker.
type slot struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
	up    bool // the worker is to run
}

// workerCount sets the number of workers.
const workerCount = 3

// again delays the restart of a worker that has ended by itself.
const again = 500 * time.Millisecond

func newWorkerPool(n int, s setup) *workerPool {
	c := &workerPool{setup: s}
	for range n {
		c.slots = append(c.slots, &slot{})
	}
	return c
}

// start starts a worker that does not run.
func (c *workerPool) start(i int, later bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.slots[i]
	if m.up || c.closed {
		return nil
	}
	s := c.setup
	s.Later = later
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	if m.stdin, err = cmd.StdinPipe(); err != nil { // the worker ends when it is closed
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("a worker cannot be started: %w", err)
	}
	m.cmd, m.ended, m.up = cmd, make(chan struct{}), true
	go c.watch(i, m, cmd, m.ended)
	return nil
}

// watch waits for the end of a worker, and starts it again unless it was killed.
func (c *workerPool) watch(i int, m *slot, cmd *exec.Cmd, ended chan struct{}) {
	err := cmd.Wait()
	c.mu.Lock()
	wanted := !m.up || m.cmd != cmd || c.closed
	if !wanted {
		m.up = false
		c.exits++
		c.err = err
	}
	c.mu.Unlock()
	close(ended)
	if !wanted {
		time.Sleep(again)
		_ = c.start(i, true)
	}
}

// kill kills a worker by SIGKILL and waits for its end.
func (c *workerPool) kill(i int) {
	c.mu.Lock()
	m := c.slots[i]
	up, ended := m.up, m.ended
	m.up = false
	if up {
		_ = m.cmd.Process.Kill()
		_ = m.stdin.Close()
	}
	c.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// each calls do for all workers at the same time.
func (c *workerPool) each(do func(i int)) {
	var each sync.WaitGroup
	for i := range c.slots {
		each.Go(func() { do(i) })
	}
	each.Wait()
}

// unexpectedExits returns how often a worker has ended by itself, and the last error.
func (c *workerPool) unexpectedExits() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exits, c.err
}

// close kills all workers and starts none again.
func (c *workerPool) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.each(c.kill)
}
