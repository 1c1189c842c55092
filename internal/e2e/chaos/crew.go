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

// A crew is the workers: processes that are killed, and started again.
type crew struct {
	setup setup

	mu      sync.Mutex
	members []*member
	closed  bool
	fallen  int   // how often one has ended by itself
	err     error // of the last one that did
}

// A member is the place of one worker.
type member struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
	up    bool // it is to run
}

// workers is how many there are.
const workers = 3

// again is how soon a worker is started again that has ended by itself.
const again = 500 * time.Millisecond

func newCrew(n int, s setup) *crew {
	c := &crew{setup: s}
	for range n {
		c.members = append(c.members, &member{})
	}
	return c
}

// start starts a worker that does not run.
func (c *crew) start(i int, later bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[i]
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

// watch waits for the end of a worker, and starts it again if nobody wanted that.
func (c *crew) watch(i int, m *member, cmd *exec.Cmd, ended chan struct{}) {
	err := cmd.Wait()
	c.mu.Lock()
	wanted := !m.up || m.cmd != cmd || c.closed
	if !wanted {
		m.up = false
		c.fallen++
		c.err = err
	}
	c.mu.Unlock()
	close(ended)
	if !wanted {
		time.Sleep(again)
		_ = c.start(i, true)
	}
}

// kill ends a worker by SIGKILL, and returns when it is gone.
func (c *crew) kill(i int) {
	c.mu.Lock()
	m := c.members[i]
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

// all does something with each worker, at the same time.
func (c *crew) all(do func(i int)) {
	var each sync.WaitGroup
	for i := range c.members {
		each.Go(func() { do(i) })
	}
	each.Wait()
}

// ownEnds is how often a worker has ended by itself, and how the last one did.
func (c *crew) ownEnds() (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fallen, c.err
}

// close ends all workers for good.
func (c *crew) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.all(c.kill)
}
