package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"strings"
)

// checkWaits keeps the SDK's awaits with a timeout out of workflow-side
// packages of ours: they lose ties and leave their timer behind. The same holds
// for ReceiveWithTimeout, which cannot be told from ours without types.
func checkWaits(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		r, known := t.rowOf(f.dir)
		if !known || !r.waits || f.test {
			continue
		}
		alias := f.nameOf("go.temporal.io/sdk/workflow")
		f.inspect(func(node ast.Node) {
			sel, ok := node.(*ast.SelectorExpr)
			if !ok {
				return
			}
			pkg, ok := sel.X.(*ast.Ident)
			if !ok || alias == "" || pkg.Name != alias {
				return
			}
			if name := sel.Sel.Name; name == "AwaitWithTimeout" || name == "AwaitWithOptions" {
				found = append(found, Violation{
					File: t.at(node),
					Rule: fmt.Sprintf("waits: %q uses workflow.%s, which loses a message that ties with the deadline", f.dir, name),
					Mend: "wait with internal/wait, which lets the order in history decide",
				})
			}
		})
	}
	return found
}

// nameOf is the name under which a file imports a package; empty when it does not.
func (f file) nameOf(importPath string) string {
	for _, imp := range f.imports() {
		if imp.path == importPath && imp.spec.Name != nil {
			return imp.spec.Name.Name
		}
		if imp.path == importPath {
			return path.Base(importPath)
		}
	}
	return ""
}

// panicNote is the annotation that allows a panic, with the reason behind it.
const panicNote = "//archtest:panic"

// library reports whether a file is part of what users link. Examples, the server
// that tests start, and tests on that server are not.
func (f file) library() bool {
	return !under(f.dir, "examples") && !under(f.dir, "internal/devserver") && !under(f.dir, "internal/e2e")
}

// imported reports whether users import the package of a file.
func (f file) imported() bool {
	return f.library() && !f.test && !under(f.dir, "internal") && !strings.Contains(f.dir, "/internal/")
}

// checkPanics wants a reason at each panic of the library, tests included, and
// a panic at each reason.
func checkPanics(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		if !f.library() {
			continue
		}
		notes := map[int]*ast.Comment{}
		for _, comment := range f.comments(panicNote) {
			notes[t.line(comment)] = comment
		}
		used := map[*ast.Comment]bool{}
		f.inspect(func(node ast.Node) {
			call, ok := node.(*ast.CallExpr)
			if !ok {
				return
			}
			if fun, ok := call.Fun.(*ast.Ident); !ok || fun.Name != "panic" {
				return
			}
			note := notes[t.line(node)]
			if note == nil {
				note = notes[t.line(node)-1]
			}
			if note == nil {
				found = append(found, Violation{
					File: t.at(node),
					Rule: "panic: the library panics without saying why it must",
					Mend: "return an error; where none can be returned, write \"" + panicNote + " <reason>\" on the line before",
				})
			}
			used[note] = true
		})
		for _, note := range f.comments(panicNote) {
			found = append(found, t.checkNote(note, used[note])...)
		}
	}
	return found
}

func (t *tree) checkNote(note *ast.Comment, used bool) []Violation {
	reason := strings.TrimPrefix(note.Text, panicNote)
	switch {
	case !used:
		return []Violation{{t.at(note), "panic: " + panicNote + " stands where nothing panics", "delete the comment"}}
	case strings.TrimSpace(reason) == "" || !strings.HasPrefix(reason, " "):
		return []Violation{{t.at(note), "panic: " + panicNote + " gives no reason", "write behind it why no error can be returned here"}}
	}
	return nil
}

func (t *tree) line(node ast.Node) int { return t.fset.Position(node.Pos()).Line }

// checkInit forbids functions that run because a package was imported.
func checkInit(t *tree) []Violation {
	var found []Violation
	for _, f := range t.files {
		if !f.library() || f.test {
			continue
		}
		f.inspect(func(node ast.Node) {
			if fun, ok := node.(*ast.FuncDecl); ok && fun.Recv == nil && fun.Name.Name == "init" {
				found = append(found, Violation{
					File: t.at(node),
					Rule: "panic: the library has an init function, which runs in every program that imports it",
					Mend: "do the work in a constructor, or in a function that returns the value",
				})
			}
		})
	}
	return found
}
