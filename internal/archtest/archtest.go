package archtest

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// A Violation is one rule broken in one place.
type Violation struct {
	// File gives the path from the root of the tree, with slashes, and where it
	// helps the line: "signals/receive.go:41".
	File string
	// Rule names the rule and says what broke it, with values.
	Rule string
	// Mend says what to do now.
	Mend string
}

// String puts the three on two lines, the way the test prints them.
func (v Violation) String() string {
	return fmt.Sprintf("%s: %s\n\tmend: %s", v.File, v.Rule, v.Mend)
}

// Check reads the repository whose root directory is root and returns what
// breaks a rule, ordered by file; nothing at all means that it is in order. A
// Go file that does not parse is a violation. The error says that the tree
// could not be read, or that there is no module at its root.
func Check(root fs.FS) ([]Violation, error) {
	t, err := load(root)
	if err != nil {
		return nil, err
	}
	var found []Violation
	for _, rule := range []func(*tree) []Violation{
		checkSyntax, checkModules, checkPackages, checkImports, checkPurity, checkLinks, checkLength, checkWidth,
		checkKits, checkDecoding, checkIgnores, checkWaits, checkPanics, checkInit, checkNames, checkMethods, checkLeaks,
	} {
		found = append(found, rule(t)...)
	}
	slices.SortStableFunc(found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Rule, b.Rule))
	})
	return found, nil
}
