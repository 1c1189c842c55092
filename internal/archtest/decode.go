package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// wireDir is where workflow code takes bytes apart.
const wireDir = "internal/wire"

// checkDecoding keeps what takes bytes and payloads apart in internal/wire, and
// at the edges that give their reason in the table. It holds in the root
// module; stores and examples are edges by themselves.
func checkDecoding(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		r, known := t.rowOf(f.dir)
		if !known || f.test || f.module != "." {
			continue
		}
		if r.decodes == "" {
			found = append(found, decoders(t, f)...)
		}
		if r.payloads != "" {
			continue
		}
		f.inspect(func(node ast.Node) {
			if name := called(node); name == "FromPayload" || name == "FromPayloads" {
				found = append(found, Violation{
					File: t.at(node),
					Rule: fmt.Sprintf("decode: %q calls %s; only %s takes payloads apart", f.dir, name, wireDir),
					Mend: "take a converter.RawValue and give it to " + wireDir + ", so that a bad payload becomes a typed refusal",
				})
			}
		})
	}
	return found
}

// decoders reports imports of decoding packages and calls that decode.
func decoders(t *tree, f file) []Violation {
	packages := []string{"encoding/json", "encoding/gob", "encoding/xml", "google.golang.org/protobuf/encoding"}
	mend := "decode in " + wireDir + "; where no workflow code can come by, give the package's row in " +
		"internal/archtest/table.go the reason in its field decodes"
	var found []Violation
	for _, imp := range f.imports() {
		if imp.path == "encoding/json" && namesRawMessage(f) {
			continue
		}
		if slices.ContainsFunc(packages, func(pkg string) bool { return under(imp.path, pkg) }) {
			found = append(found, Violation{t.at(imp.spec), fmt.Sprintf("decode: %q imports %q", f.dir, imp.path), mend})
		}
	}
	f.inspect(func(node ast.Node) {
		if name := called(node); strings.HasPrefix(name, "Unmarshal") || name == "NewDecoder" {
			found = append(found, Violation{t.at(node), fmt.Sprintf("decode: %q calls %s", f.dir, name), mend})
		}
	})
	return found
}

// namesRawMessage reports whether a file uses encoding/json for the type
// RawMessage, which an exported field or result may have, and for nothing else.
func namesRawMessage(f file) bool {
	used, only := false, true
	f.inspect(func(node ast.Node) {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "json" {
			used, only = true, only && selector.Sel.Name == "RawMessage"
		}
	})
	return used && only
}

// called is the last part of the name of the function that a node calls, with
// type arguments or without; it is empty for other nodes.
func called(node ast.Node) string {
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return ""
	}
	fun := call.Fun
	switch indexed := fun.(type) {
	case *ast.IndexExpr:
		fun = indexed.X
	case *ast.IndexListExpr:
		fun = indexed.X
	}
	switch fun := fun.(type) {
	case *ast.SelectorExpr:
		return fun.Sel.Name
	case *ast.Ident:
		return fun.Name
	}
	return ""
}

// undetermined are the packages that may switch workflowcheck off once, each with
// the reason why its result is the same each time.
var undetermined = map[string]string{
	wireDir:            "decoding JSON gives the same value for the same bytes",
	"approval/policy":  "the keys of a map are sorted",
	"internal/failure": "the failure converter of the SDK makes a message of an error, and nothing else",
}

// checkIgnores allows the exceptions to workflowcheck that are in undetermined. It
// holds in all modules, tests included: an exception hides a whole function.
func checkIgnores(t *tree) []Violation {
	var found []Violation
	used := map[string]string{}
	for _, f := range t.files {
		for _, comment := range f.comments("//workflowcheck:ignore") {
			switch {
			case undetermined[f.dir] == "" || f.test:
				found = append(found, Violation{
					File: t.at(comment),
					Rule: fmt.Sprintf("decode: workflowcheck is switched off in %q, which is not among the exceptions", f.dir),
					Mend: "delete the comment and make the function deterministic",
				})
			case used[f.dir] != "":
				found = append(found, Violation{
					File: t.at(comment),
					Rule: "decode: workflowcheck is switched off a second time, after " + used[f.dir],
					Mend: "delete the comment and call the function that has the first one",
				})
			default:
				used[f.dir] = t.at(comment)
			}
		}
	}
	return found
}

// comments are those that start with prefix.
func (f file) comments(prefix string) []*ast.Comment {
	if f.syntax == nil {
		return nil
	}
	var all []*ast.Comment
	for _, group := range f.syntax.Comments {
		for _, comment := range group.List {
			if strings.HasPrefix(comment.Text, prefix) {
				all = append(all, comment)
			}
		}
	}
	return all
}
