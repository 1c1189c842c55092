// Package exampletest holds what tests of the examples share: a server of their own, a
// screen that can be read while a program writes, and the comparison of a program's output
// with examples/README.md.
package exampletest

import (
	"bytes"
	"context"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// Start starts the server of a test binary, for TestMain. The program under test finds this
// server and no other: Start removes the settings of the developer. Without a server it
// ends the process.
func Start() *devserver.Server {
	server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err == nil {
		err = use(server)
	}
	if err != nil {
		log.Fatal(err) // the server ends with its parent
	}
	return server
}

// use makes a server the only one in Temporal's configuration.
func use(server *devserver.Server) error {
	env := server.Environ(os.Environ())
	os.Clearenv()
	for _, v := range env {
		name, value, _ := strings.Cut(v, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// A Screen keeps what a program prints, and can be read while the program runs.
type Screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *Screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

// String returns all that was printed.
func (s *Screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// gap stands in the README for text that differs from run to run.
const gap = "…"

// RequireShown fails the test unless the program has printed each line that
// examples/README.md shows as its output, in any order.
func RequireShown(t testing.TB, program, printed string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "README.md")) // beside the programs
	if err != nil {
		t.Fatal(err)
	}
	shown, ok := block(string(readme), program)
	if !ok {
		t.Fatalf("examples/README.md has no output under %q", "## "+program)
	}
	for _, line := range missing(shown, printed) {
		t.Errorf("examples/README.md shows a line that %s does not print:\n%s\nIt has printed:\n%s", program, line, printed)
	}
}

// block returns the first code block without a language under a heading.
func block(readme, program string) (text string, ok bool) {
	_, section, _ := strings.Cut(readme, "\n## "+program+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var fence string // opens the current block
	for line := range strings.Lines(section) {
		switch mark := strings.TrimSpace(line); {
		case fence == "" && strings.HasPrefix(mark, "```"):
			fence = mark
		case fence == "```" && mark == "```":
			return text, true
		case mark == "```":
			fence = ""
		case fence == "```":
			text += line
		}
	}
	return "", false
}

// missing returns the lines that are shown and were not printed.
func missing(shown, printed string) (lines []string) {
	for line := range strings.Lines(shown) {
		line = strings.TrimRight(line, " \n")
		if line == "" || line == gap {
			continue
		}
		parts := strings.Split(line, gap)
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		if !regexp.MustCompile(`(?m)^` + strings.Join(parts, ".*") + ` *$`).MatchString(printed) {
			lines = append(lines, line)
		}
	}
	return lines
}
