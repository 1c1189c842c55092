package devserver

import (
	"os/exec"
	"runtime"
	"sync"
	"time"
)

const (
	stopGrace = 10 * time.Second
	// pipeGrace bounds the wait for output that a grandchild still could write.
	pipeGrace = time.Second
)

// process is a child in a process group of its own, reaped as soon as it ends.
type process struct {
	pid  int
	log  *tail
	done chan struct{} // closed when the process is reaped
	err  error         // how it ended; read it after done
	once sync.Once
}

func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{log: &tail{}, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.WaitDelay = pipeGrace
	ownGroup(cmd)

	started := make(chan error)
	go func() {
		// Linux sends the parent-death signal when the *thread* that started the
		// child ends. So this thread does nothing but wait for the child.
		runtime.LockOSThread()
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		killGroup(p.pid) // what the child has left behind
		close(p.done)
	}()
	return p, <-started
}

// stop ends the process and everything in its group, and waits for it. It asks
// first, and kills when the grace is over.
func (p *process) stop(grace time.Duration) {
	p.once.Do(func() {
		if p.ended() {
			return
		}
		terminateGroup(p.pid)
		select {
		case <-p.done:
		case <-time.After(grace):
			killGroup(p.pid)
			<-p.done
		}
	})
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// exit says in words how the process ended. Call it after done.
func (p *process) exit() string {
	if p.err == nil {
		return "exit status 0"
	}
	return p.err.Error()
}
