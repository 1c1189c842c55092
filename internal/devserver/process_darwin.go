package devserver

import "syscall"

// dieWithParent has nothing to ask for: macOS knows no parent-death signal.
func dieWithParent(*syscall.SysProcAttr) {}
