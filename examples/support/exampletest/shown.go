package exampletest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// gap stands in the README for what differs from run to run.
const gap = "…"

// RequireShown fails the test unless each line of output that README.md of the
// examples shows under the heading of a program is one that it has printed, in
// whatever order.
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

// block is the first block of output under a heading: one without a language.
func block(readme, program string) (text string, ok bool) {
	_, section, _ := strings.Cut(readme, "\n## "+program+"\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var fence string // that opened the block
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

// missing are the lines that are shown and were not printed.
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
