package archtest

import (
	"fmt"
	"slices"
	"strings"
)

// checkLinks keeps drivers out of the stores that leave their choice to users,
// and foreign ones out of the others. Tests may import what they like, and so
// may the Temporal SDK that is everywhere.
func checkLinks(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		r, known := t.rowOf(f.dir)
		if !known || !r.store || f.test {
			continue
		}
		for _, imp := range f.imports() {
			_, ours := t.ours(imp.path)
			host, _, _ := strings.Cut(imp.path, "/")
			if ours || !strings.Contains(host, ".") || temporal(imp.path) ||
				slices.ContainsFunc(r.links, func(pkg string) bool { return under(imp.path, pkg) }) {
				continue
			}
			found = append(found, Violation{
				File: t.at(imp.spec),
				Rule: fmt.Sprintf("links: %q imports %q outside a test", f.dir, imp.path),
				Mend: "take what the caller has opened; a new driver is a decision, and stands in internal/archtest/table.go",
			})
		}
	}
	return found
}
