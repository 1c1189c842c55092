package devserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"
)

// lock waits until no other program does what this one is about to do. unlock
// is nil after an error.
func (f finder) lock(ctx context.Context, path, does string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	locked, err := tryLock(file)
	if err == nil && !locked {
		f.say("another program %s (lock %s); waiting for it", does, path)
		err = f.waitLock(ctx, file)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}

// lockStart keeps programs that begin together from starting one server each:
// when one wins the server's port and the other the Web UI's, both servers end.
// Without a directory for the lock it is left to luck.
func (f finder) lockStart(ctx context.Context) (unlock func()) {
	dir, err := f.cacheDir()
	if err == nil {
		unlock, err = f.lock(ctx, filepath.Join(dir, "start.lock"), "starts a server")
	}
	if err != nil {
		return func() {}
	}
	return unlock
}

func (f finder) waitLock(ctx context.Context, file *os.File) error {
	show := newProgress(f.out, "waiting", f.every)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		for locked := false; !locked && err == nil; {
			select {
			case <-ctx.Done():
				err = ctx.Err()
			case <-time.After(pollEvery):
				locked, err = tryLock(file)
			}
		}
	}()
	interrupt := show.until(ctx, done)
	<-done
	return errors.Join(interrupt, err)
}
