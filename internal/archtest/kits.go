package archtest

import (
	"fmt"
	"path"
	"slices"
)

// maxLines is the length that a Go file may have, tests included.
const maxLines = 200

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

// hello is the one program that shows a workflow in the test environment, so
// that a newcomer sees it run without a server. Nobody can import it.
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
