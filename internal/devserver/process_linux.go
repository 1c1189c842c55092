package devserver

import "syscall"

// dieWithParent asks for SIGKILL, not SIGTERM: nobody is left to see to it that
// a server which hangs while it stops ends after all.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGKILL }
