package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
)

// maxNames is how many top-level names a package that users import may export.
const maxNames = 40

// crowded are the packages that export more, and how many. A number is lowered when
// a package gets smaller, and never raised without a decision in docs/design.md.
var crowded = map[string]int{
	"approval": 43, "approval/policy": 61, "signals": 47,
}

// maxFiles is in how many files the methods of one type may be.
const maxFiles = 4

// scattered are the types whose methods are in more files, and in how many.
var scattered = map[string]int{}

// checkNames counts the exported top-level names of each package.
func checkNames(t *tree) []Violation {
	names := map[string]int{}
	for _, f := range t.files {
		if f.imported() && f.syntax != nil {
			names[f.dir] += exported(f.syntax)
		}
	}
	var found []Violation
	for dir, n := range names {
		if most := max(maxNames, crowded[dir]); n > most {
			found = append(found, Violation{
				File: dir,
				Rule: fmt.Sprintf("names: the package exports %d top-level names, %d more than %d", n, n-most, most),
				Mend: "cut a name, or merge two, or move what another audience needs to a package of its own",
			})
		}
	}
	return found
}

// exported returns the number of exported top-level names of a file.
func exported(f *ast.File) (n int) {
	for _, decl := range f.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				n++
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					if s.Name.IsExported() {
						n++
					}
				case *ast.ValueSpec:
					for _, name := range s.Names {
						if name.IsExported() {
							n++
						}
					}
				}
			}
		}
	}
	return n
}

// checkMethods counts the files that hold methods of one type.
func checkMethods(t *tree) []Violation {
	files := map[string]map[string]bool{} // by directory and type
	for _, f := range t.files {
		if f.syntax == nil || f.test || !f.library() {
			continue
		}
		for _, decl := range f.syntax.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Recv != nil && len(d.Recv.List) == 1 {
				name := f.dir + "." + receiver(d.Recv.List[0].Type)
				if files[name] == nil {
					files[name] = map[string]bool{}
				}
				files[name][f.path] = true
			}
		}
	}
	var found []Violation
	for name, in := range files {
		if most := max(maxFiles, scattered[name]); len(in) > most {
			found = append(found, Violation{
				File: slices.Sorted(maps.Keys(in))[0],
				Rule: fmt.Sprintf("methods: those of %s are in %d files, more than %d", name, len(in), most),
				Mend: "move the methods of one concept together, or give what has its own state a type of its own",
			})
		}
	}
	return found
}

// receiver returns the name of the type of a receiver.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
