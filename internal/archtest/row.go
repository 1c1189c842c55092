package archtest

import (
	"path"
	"slices"
	"strings"
)

// row is what one package may do. Names are directories from the root of the
// repository, "." is the root package, and a name that ends in /... stands for
// the directory and all below it.
type row struct {
	imports  []string // packages of ours that every file may import
	tests    []string // packages of ours that _test.go files may import besides
	pure     bool     // imports no Temporal package, nor anything of ours that does
	waits    bool     // workflow-side: the waits rule holds here
	decodes  string   // the reason why files here may take bytes apart
	payloads string   // the reason why files here may take Temporal payloads apart
	store    bool     // imports of others', tests aside, what links names and no more
	links    []string
}

func join(names []string, more ...string) []string {
	return append(slices.Clone(names), more...)
}

// driver is the row of a store in a module of its own: it knows some packages of
// ours and itself, never internal/, and the drivers that it links.
func driver(name string, ours, kits []string, links ...string) row {
	return row{imports: join(ours, name), tests: join(kits, "idempotency/memstore"), store: true, links: links}
}

func (r row) decoding(reason string) row {
	r.decodes = reason
	return r
}

func (r row) importing(names ...string) row {
	r.imports = join(r.imports, names...)
	return r
}

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
