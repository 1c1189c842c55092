package devserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// cliVersion is the newest release of the CLI that `go install` accepts: the
// later ones replace a module by a directory.
const (
	cliPackage = "github.com/temporalio/cli/cmd/temporal"
	cliVersion = "v1.5.1"
	tempPrefix = "build-"
)

// build returns the path of the CLI that this package builds, once for each
// user and version. A lock lets one process build while the others wait.
func (f finder) build(ctx context.Context) (string, error) {
	cache, err := f.cacheDir()
	if err != nil {
		return "", fmt.Errorf("devserver: no directory to build the Temporal CLI in: %w; set HOME, or %s", err, otherwise)
	}
	dir := filepath.Join(cache, "temporal-cli-"+cliVersion)
	bin := filepath.Join(dir, "temporal")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if isFile(bin) {
		return bin, nil
	}

	unlock, err := f.lock(ctx, filepath.Join(dir, "lock"), "builds the CLI")
	if ctx.Err() != nil {
		return "", interrupted(ctx, "waiting for another program to build the Temporal CLI")
	}
	if err != nil {
		return "", cannotWrite(dir, err)
	}
	defer unlock()
	if isFile(bin) { // by the process that had the lock before
		return bin, nil
	}
	if err := f.install(ctx, dir, bin); err != nil {
		return "", err
	}
	return bin, nil
}

func (f finder) cacheDir() (string, error) {
	dir := f.cache
	if dir == "" {
		var err error
		if dir, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "temporal-patterns"), nil
}

// install builds beside bin and renames at the end, so bin is whole or absent.
func (f finder) install(ctx context.Context, dir, bin string) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("devserver: neither `temporal` nor `go` is on PATH; %s", otherwise)
	}
	removeTemps(dir) // of a build that was killed
	temp, err := os.MkdirTemp(dir, tempPrefix)
	if err != nil {
		return cannotWrite(dir, err)
	}
	defer func() { _ = os.RemoveAll(temp) }()

	f.say("there is no `temporal` on PATH, so the official CLI is built from its source (%s@%s).", cliPackage, cliVersion)
	f.say("this takes 2 to 5 minutes, only this once; it needs 250 MB in %s and 3 GB in the caches of Go", dir)
	cmd := exec.Command(goTool, "install", "-mod=mod", cliPackage+"@"+cliVersion)
	cmd.Dir = temp
	cmd.Env = append(os.Environ(), "GOBIN="+temp, "GOTMPDIR="+temp, "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0")
	proc, err := spawn(cmd)
	if err != nil {
		return fmt.Errorf("devserver: cannot run %s: %w; %s", goTool, err, otherwise)
	}
	if newProgress(f.out, "building the CLI", f.every).until(ctx, proc.done) != nil {
		proc.stop(stopGrace)
		return interrupted(ctx, "building the Temporal CLI")
	}
	if proc.err != nil {
		return buildFailure(proc)
	}
	if err := os.Rename(filepath.Join(temp, filepath.Base(bin)), bin); err != nil {
		return cannotWrite(dir, err)
	}
	return nil
}

func buildFailure(proc *process) error {
	reason := "see the last lines of `go install`"
	for _, sign := range []string{"GOPROXY=off", `Get "http`, "reading http", "dial tcp", "resolve host"} {
		if strings.Contains(proc.log.String(), sign) {
			reason = "the module download failed: no network, or the Go module proxy does not answer"
		}
	}
	return fmt.Errorf("devserver: building the Temporal CLI %s failed (%s): %s; %s, or set GOPROXY to a Go module proxy that answers%s",
		cliVersion, proc.exit(), reason, otherwise, proc.log)
}

func removeTemps(dir string) {
	temps, _ := filepath.Glob(filepath.Join(dir, tempPrefix+"*"))
	for _, temp := range temps {
		_ = os.RemoveAll(temp)
	}
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func cannotWrite(dir string, err error) error {
	return fmt.Errorf("devserver: cannot build the Temporal CLI in %s: %w; make it writable, or %s", dir, err, otherwise)
}
