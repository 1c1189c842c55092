package archtest

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"unicode/utf8"
)

// maxLines is the length that a Go file may have, tests included.
const maxLines = 200

// maxColumns is the width that a line may have, tests included; a tab is one column.
const maxColumns = 140

// maxMain is that of the main.go of an example, where newcomers begin to read.
const maxMain = 80

func checkLength(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		most := maxLines
		if path.Base(f.path) == "main.go" && under(f.dir, "examples") {
			most = maxMain
		}
		if f.lines > most {
			found = append(found, Violation{
				File: f.path,
				Rule: fmt.Sprintf("length: the file has %d lines, %d more than %d", f.lines, f.lines-most, most),
				Mend: "split it by concept: a file has one reason to exist, and its name says which",
			})
		}
	}
	return found
}

// firstWide returns the number of the first line that has too many columns, 0 for none.
// The output of an Example is a comment, and cannot be broken.
func firstWide(src []byte, test bool) int {
	number := 0
	for line := range bytes.Lines(src) {
		number++
		if test && bytes.HasPrefix(bytes.TrimLeft(line, "\t"), []byte("// ")) {
			continue
		}
		if utf8.RuneCount(bytes.TrimRight(line, "\n")) > maxColumns {
			return number
		}
	}
	return 0
}

// checkWidth bounds the lines of all files.
func checkWidth(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		if f.wide > 0 {
			found = append(found, Violation{
				File: fmt.Sprintf("%s:%d", f.path, f.wide),
				Rule: fmt.Sprintf("width: the line has over %d columns", maxColumns),
				Mend: "break it after an argument, or split its text",
			})
		}
	}
	return found
}

// hello is the one program that shows a workflow in the test environment, so
// that a newcomer sees it run without a server. No one can import it.
const hello = "examples/hello"

// checkKits keeps test code out of users' programs.
func checkKits(t *tree) []Violation {
	testing := []string{
		"testing", "github.com/stretchr/testify", "go.temporal.io/sdk/testsuite", "pgregory.net/rapid", "go.uber.org/goleak",
	}
	var found []Violation
	for _, f := range t.files {
		if f.test || isKit(f.dir) || f.dir == hello {
			continue
		}
		for _, imp := range f.imports() {
			if slices.ContainsFunc(testing, func(pkg string) bool { return under(imp.path, pkg) }) {
				found = append(found, Violation{
					File: t.at(imp.spec),
					Rule: fmt.Sprintf("kits: %q imports %q outside a test", f.dir, imp.path),
					Mend: "move the code to a _test.go file, to a package whose name ends in test, or to internal/testenv",
				})
			}
		}
	}
	return found
}
