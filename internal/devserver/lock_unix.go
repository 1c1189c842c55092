//go:build linux || darwin

package devserver

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the lock that the kernel frees when the file is closed, also by
// the end of the process. It does not wait, because a wait in the kernel would
// not end with a context.
func tryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}
