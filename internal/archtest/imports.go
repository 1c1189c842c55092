package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// checkSyntax reports the files that the other rules could not see whole.
func checkSyntax(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		if f.err != nil {
			found = append(found, Violation{f.path, "syntax: " + f.err.Error(), "make the file compile, then run this test again"})
		}
	}
	return found
}

// checkModules keeps the path of each module equal to its place: the table
// knows packages by directory.
func checkModules(t *tree) []Violation {
	var found []Violation
	for dir, name := range t.modules {
		if want := t.root + "/" + dir; dir != "." && name != want {
			found = append(found, Violation{
				File: dir + "/go.mod",
				Rule: fmt.Sprintf("imports: the module is called %q, its directory makes it %q", name, want),
				Mend: "write \"module " + want + "\", or move the directory",
			})
		}
	}
	return found
}

// checkPackages reports directories that the table does not know.
func checkPackages(t *tree) []Violation {
	var found []Violation
	seen := map[string]bool{}
	for _, f := range t.files {
		if _, known := t.rowOf(f.dir); known || seen[f.dir] {
			continue
		}
		seen[f.dir] = true
		found = append(found, Violation{
			File: f.dir,
			Rule: fmt.Sprintf("imports: the package in %q has no row in the table of import directions", f.dir),
			Mend: "add a row for it in internal/archtest/table.go, and the decision to docs/design.md",
		})
	}
	return found
}

// checkImports holds direct imports of ours against the table.
func checkImports(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		r, known := t.rowOf(f.dir)
		if !known {
			continue
		}
		names := r.imports
		if f.test {
			// An external test package imports the package that it tests.
			names = join(r.imports, join(r.tests, f.dir)...)
		}
		for _, imp := range f.imports() {
			dir, ours := t.ours(imp.path)
			if ours && !allows(names, dir) {
				found = append(found, Violation{
					File: t.at(imp.spec),
					Rule: fmt.Sprintf("imports: %q must not import %q", f.dir, dir),
					Mend: mendImport(f, names),
				})
			}
			if r.pure && temporal(imp.path) {
				found = append(found, Violation{
					File: t.at(imp.spec),
					Rule: fmt.Sprintf("imports: %q is pure and must not import %q", f.dir, imp.path),
					Mend: "move what needs Temporal to the package above, and hand values in",
				})
			}
		}
	}
	return found
}

func mendImport(f file, names []string) string {
	if len(names) == 0 {
		return "move the code to a package that may; this one may import nothing of ours"
	}
	names = slices.Compact(slices.Sorted(slices.Values(names)))
	kind := "code"
	if f.test {
		kind = "test"
	}
	return fmt.Sprintf("move the %s to a package that may, or pass the value in; this one may import of ours: %s",
		kind, strings.Join(names, ", "))
}

// checkPurity follows the imports of pure packages through ours: Temporal must
// not come in by a side door either. Test files are left out of the search.
func checkPurity(t *tree) []Violation {
	imports := map[string][]string{} // of the non-test files, by directory
	for _, f := range t.files {
		for _, imp := range f.imports() {
			if !f.test {
				imports[f.dir] = append(imports[f.dir], imp.path)
			}
		}
	}
	var found []Violation
	for dir, r := range t.rows {
		if !r.pure {
			continue
		}
		for _, name := range slices.Sorted(slices.Values(imports[dir])) {
			way := t.wayToTemporal(name, imports, map[string]bool{dir: true})
			if len(way) > 1 {
				found = append(found, Violation{
					File: path.Join(dir, "*.go"),
					Rule: fmt.Sprintf("imports: %q is pure and reaches Temporal through %s", dir, strings.Join(way, " -> ")),
					Mend: "import nothing of ours that imports Temporal; write the few lines here instead",
				})
			}
		}
	}
	return found
}

// wayToTemporal names the packages from an import to one of Temporal's, both
// ends included; it is empty when no way leads there.
func (t *tree) wayToTemporal(name string, imports map[string][]string, seen map[string]bool) []string {
	if temporal(name) {
		return []string{name}
	}
	dir, ours := t.ours(name)
	if !ours || seen[dir] {
		return nil
	}
	seen[dir] = true
	for _, next := range imports[dir] {
		if way := t.wayToTemporal(next, imports, seen); way != nil {
			return append([]string{dir}, way...)
		}
	}
	return nil
}

func temporal(importPath string) bool { return strings.HasPrefix(importPath, "go.temporal.io/") }
