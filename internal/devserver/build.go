package devserver

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// A tool is a program that this package builds, once for each user and version.
type tool struct {
	pkg, version string
	module       string // of pkg, if newer names something
	newer        string // a module, with its version, that replaces what the release requires
	what, short  string // in words
	dir          string // under the cache, with the version
	otherwise    string // what else a user can do
	costs        string
}

// theCLI is the newest release of the CLI that Go can build from the module proxy:
// later ones replace a module by a directory. Its SQLite driver is a newer one. With
// the one that the release requires, a request that is canceled during a query can
// leave the only connection of the server interrupted: from then on all requests
// fail, or the namespace is not found. Killed workers and load cancel requests.
var theCLI = tool{
	pkg: "github.com/temporalio/cli/cmd/temporal", version: cliVersion, module: "github.com/temporalio/cli", newer: sqliteDriver,
	what: "the Temporal CLI", short: "the CLI", dir: "temporal-cli-",
	otherwise: otherwise, costs: "250 MB in %s and 3 GB in the caches of Go",
}

const (
	cliVersion   = "v1.5.1"
	sqliteDriver = "modernc.org/sqlite v1.62.0"
	tempPrefix   = "build-"
)

// folder names the directory of a tool under the cache.
func (t tool) folder() string {
	if t.newer == "" {
		return t.dir + t.version
	}
	return t.dir + t.version + "-" + strings.ReplaceAll(path.Base(t.newer), " ", "-")
}

// build returns the path of a tool, and builds it when it is not there. A lock
// lets one process build while the others wait.
func (f finder) build(ctx context.Context, t tool) (string, error) {
	cache, err := f.cacheDir()
	if err != nil {
		return "", fmt.Errorf("devserver: no directory to build %s in: %w; set HOME, or %s", t.what, err, t.otherwise)
	}
	dir := filepath.Join(cache, t.folder())
	bin := filepath.Join(dir, path.Base(t.pkg))
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if isFile(bin) {
		return bin, nil
	}

	unlock, err := f.lock(ctx, filepath.Join(dir, "lock"), "builds "+t.short)
	if ctx.Err() != nil {
		return "", interrupted(ctx, "waiting for another program to build "+t.what)
	}
	if err != nil {
		return "", t.cannotWrite(dir, err)
	}
	defer unlock()
	if isFile(bin) { // by the process that had the lock before
		return bin, nil
	}
	if err := f.install(ctx, t, dir, bin); err != nil {
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
func (f finder) install(ctx context.Context, t tool, dir, bin string) error {
	goTool, err := exec.LookPath("go")
	if err != nil {
		return fmt.Errorf("devserver: neither `temporal` nor `go` is on PATH; %s", t.otherwise)
	}
	removeTemps(dir) // of a build that was killed
	temp, err := os.MkdirTemp(dir, tempPrefix)
	if err != nil {
		return t.cannotWrite(dir, err)
	}
	defer func() { _ = os.RemoveAll(temp) }()

	f.say("%s is built from its source (%s@%s).", t.why(), t.pkg, t.version)
	f.say("this takes 2 to 5 minutes, only this once; it needs "+t.costs, dir)
	target := t.pkg + "@" + t.version
	if t.newer != "" {
		target = t.pkg
		requirements := fmt.Sprintf("module build\n\ngo 1.26\n\nrequire (\n\t%s %s\n\t%s\n)\n", t.module, t.version, t.newer)
		if err := os.WriteFile(filepath.Join(temp, "go.mod"), []byte(requirements), 0o600); err != nil {
			return t.cannotWrite(dir, err)
		}
	}
	cmd := exec.Command(goTool, "install", "-mod=mod", target)
	cmd.Dir = temp
	cmd.Env = append(os.Environ(), "GOBIN="+temp, "GOTMPDIR="+temp, "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0")
	proc, err := spawn(cmd)
	if err != nil {
		return fmt.Errorf("devserver: cannot run %s: %w; %s", goTool, err, t.otherwise)
	}
	if newProgress(f.out, "building "+t.short, f.every).until(ctx, proc.done) != nil {
		proc.stop(stopGrace)
		return interrupted(ctx, "building "+t.what)
	}
	if proc.err != nil {
		return t.failure(proc)
	}
	if err := os.Rename(filepath.Join(temp, filepath.Base(bin)), bin); err != nil {
		return t.cannotWrite(dir, err)
	}
	return nil
}

func (t tool) why() string {
	if t.pkg == theCLI.pkg {
		return "there is no `temporal` on PATH, so the official CLI"
	}
	return t.what
}

func (t tool) failure(proc *process) error {
	reason := "see the last lines of `go install`"
	for _, sign := range []string{"GOPROXY=off", `Get "http`, "reading http", "dial tcp", "resolve host"} {
		if strings.Contains(proc.log.String(), sign) {
			reason = "the module download failed: no network, or the Go module proxy does not answer"
		}
	}
	return fmt.Errorf("devserver: building %s %s failed (%s): %s; %s, or set GOPROXY to a Go module proxy that answers%s",
		t.what, t.version, proc.exit(), reason, t.otherwise, proc.log)
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

func (t tool) cannotWrite(dir string, err error) error {
	return fmt.Errorf("devserver: cannot build %s in %s: %w; make it writable, or %s", t.what, dir, err, t.otherwise)
}
