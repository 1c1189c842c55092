package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// tree is the repository, read and parsed once for all the rules.
type tree struct {
	root    string            // path of the module at the root
	modules map[string]string // directory of each module and its path
	files   []file
	fset    *token.FileSet
	rows    map[string]row
}

// file is one Go file, tests included.
type file struct {
	path   string // from the root of the tree: "signals/receive.go"
	dir    string // its directory, "." for the root package
	module string // directory of the module that it belongs to
	lines  int
	wide   int // the first line of over maxColumns columns; 0 for none
	test   bool
	syntax *ast.File
	err    error // why it does not parse; syntax is then incomplete
}

func load(root fs.FS) (*tree, error) {
	t := &tree{modules: map[string]string{}, fset: token.NewFileSet(), rows: table()}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(entry.Name()):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		case entry.Name() == "go.mod":
			return t.addModule(root, name)
		case path.Ext(name) == ".go":
			return t.addFile(root, name)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("archtest: cannot read the tree: %w", err)
	}
	if t.root = t.modules["."]; t.root == "" {
		return nil, fmt.Errorf("archtest: found no go.mod with a module line at the root of the tree, only %d elsewhere; "+
			"give Check the directory of the library's own go.mod", len(t.modules))
	}
	for i := range t.files {
		t.files[i].module = t.moduleOf(t.files[i].dir)
	}
	return t, nil
}

func skipped(name string) bool {
	if name == "testdata" || name == "vendor" {
		return true
	}
	return name != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"))
}

func (t *tree) addModule(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(src)) {
		if words := strings.Fields(line); len(words) >= 2 && words[0] == "module" {
			t.modules[path.Dir(name)] = strings.Trim(words[1], "\"`")
			return nil
		}
	}
	t.modules[path.Dir(name)] = ""
	return nil
}

func (t *tree) addFile(root fs.FS, name string) error {
	src, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	f := file{path: name, dir: path.Dir(name), test: strings.HasSuffix(name, "_test.go")}
	f.lines, f.wide = bytes.Count(src, []byte("\n")), firstWide(src, f.test)
	if len(src) > 0 && src[len(src)-1] != '\n' {
		f.lines++
	}
	f.syntax, f.err = parser.ParseFile(t.fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	t.files = append(t.files, f)
	return nil
}

// moduleOf is the nearest directory at or above dir that holds a go.mod.
func (t *tree) moduleOf(dir string) string {
	for dir != "." {
		if _, ok := t.modules[dir]; ok {
			return dir
		}
		dir = path.Dir(dir)
	}
	return "."
}

// ours turns an import path into a directory of this repository.
func (t *tree) ours(importPath string) (dir string, ok bool) {
	if importPath == t.root {
		return ".", true
	}
	return strings.CutPrefix(importPath, t.root+"/")
}

// at says where in a file something stands: "signals/receive.go:41".
func (t *tree) at(node ast.Node) string {
	pos := t.fset.Position(node.Pos())
	return pos.Filename + ":" + strconv.Itoa(pos.Line)
}

// imported is one import of a file.
type imported struct {
	path string
	spec *ast.ImportSpec
}

func (f file) imports() []imported {
	if f.syntax == nil {
		return nil
	}
	var all []imported
	for _, spec := range f.syntax.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			all = append(all, imported{name, spec})
		}
	}
	return all
}

// inspect calls visit for each node of the file.
func (f file) inspect(visit func(ast.Node)) {
	if f.syntax == nil {
		return
	}
	ast.Inspect(f.syntax, func(node ast.Node) bool {
		if node != nil {
			visit(node)
		}
		return true
	})
}

// under reports whether name is pkg itself or a package below it.
func under(name, pkg string) bool {
	return name == pkg || strings.HasPrefix(name, pkg+"/")
}
