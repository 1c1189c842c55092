package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// leaking are the packages that name a type of an internal package in an exported
// signature, field or alias, with the reason.
var leaking = map[string]string{
	"approval": "state for continue-as-new, and subjects of child workflows, are forms of internal/wire",
	"retry":    "classifications are those of internal/failure",
}

// checkLeaks reports types of internal packages in exported declarations: users can
// neither write nor read about them.
func checkLeaks(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		if !f.imported() || f.syntax == nil || leaking[f.dir] != "" {
			continue
		}
		for _, decl := range f.syntax.Decls {
			for _, part := range visible(decl) {
				ast.Inspect(part, func(node ast.Node) bool {
					sel, ok := node.(*ast.SelectorExpr)
					if !ok {
						return true
					}
					if pkg, ok := sel.X.(*ast.Ident); ok && isInternal(t, f, pkg.Name) {
						found = append(found, Violation{
							File: t.at(sel),
							Rule: fmt.Sprintf("leaks: an exported declaration of %q names %s.%s of an internal package", f.dir, pkg.Name, sel.Sel.Name),
							Mend: "define the type in the package that exports it, or take a type that users know",
						})
					}
					return true
				})
			}
		}
	}
	return found
}

// isInternal reports whether name is an internal package of ours in a file.
func isInternal(t *tree, f file, name string) bool {
	for _, imp := range f.imports() {
		dir, ours := t.ours(imp.path)
		if ours && (under(dir, "internal") || strings.Contains(dir, "/internal/")) && f.nameOf(imp.path) == name {
			return true
		}
	}
	return false
}

// visible returns the parts of a declaration that users see.
func visible(decl ast.Decl) (parts []ast.Node) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || token.IsExported(receiver(d.Recv.List[0].Type))) {
			parts = append(parts, d.Type)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			s, ok := spec.(*ast.TypeSpec)
			if !ok || !s.Name.IsExported() {
				continue
			}
			fields, isStruct := s.Type.(*ast.StructType)
			if !isStruct {
				parts = append(parts, s.Type)
				continue
			}
			for _, field := range fields.Fields.List {
				if slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
					parts = append(parts, field.Type)
				}
			}
		}
	}
	return parts
}
