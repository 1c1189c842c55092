package devserver

import "syscall"

// dieWithParent asks for SIGKILL, not SIGTERM: no one is left to see to it that
// a server which hangs while it stops ends after all.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
