package archtest

import (
	"path"
	"slices"
	"strings"
)

// rowOf finds the row of a directory: its own one, else the nearest above it
// whose name ends in /... .
func (t *tree) rowOf(dir string) (row, bool) {
	if r, ok := t.rows[dir]; ok {
		return r, true
	}
	for ; dir != "."; dir = path.Dir(dir) {
		if r, ok := t.rows[dir+"/..."]; ok {
			return r, true
		}
	}
	return row{}, false
}

// allows reports whether one of the names covers dir.
func allows(names []string, dir string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		if tree, ok := strings.CutSuffix(name, "/..."); ok {
			return under(dir, tree)
		}
		return name == dir
	})
}

// isKit reports whether a package is there for tests: by its name, as in
// approvaltest, or because it is internal/testenv.
func isKit(dir string) bool {
	return strings.HasSuffix(path.Base(dir), "test") || dir == "internal/testenv"
}
