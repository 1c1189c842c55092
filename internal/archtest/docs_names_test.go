package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/archtest"
)

var goName = regexp.MustCompile(`\b([a-z]+)\.([A-Z]\w*)(?:\.([A-Z]\w*))?`)

// elsewhere are what looks like a name of a package and is not.
var elsewhere = map[string]bool{
	"approval.Duplicate":            true, // an error type that the client turns into a receipt
	"policy.NonRetryableErrorTypes": true, // a field of a variable, a retry policy of the SDK
}

// TestNamesInDocs asserts that each name of a package of this library that Markdown
// mentions, such as `approval.Await` or `signals.Channel.Drain`, exists, and each that a
// package comment mentions. The changelog and docs/design.md speak of former names too;
// TestWireNames reads docs/wire.md.
func TestNamesInDocs(t *testing.T) {
	t.Parallel()
	names := exportedNames(t)
	found := 0
	check := func(file, text string) {
		if file == "CHANGELOG.md" || file == "docs/design.md" || file == "docs/wire.md" {
			return
		}
		for _, m := range goName.FindAllStringSubmatch(text, -1) {
			declared, ours := names[m[1]]
			if !ours || elsewhere[m[1]+"."+m[2]] {
				continue
			}
			found++
			switch reason := declared["Reason"+m[2]]; {
			case !declared[m[2]] && !reason: // an error type is the package and the reason
				t.Errorf("%s: there is no %s.%s", file, m[1], m[2])
			case m[3] != "" && !declared[m[2]+"."+m[3]]:
				t.Errorf("%s: %s.%s has no %s", file, m[1], m[2], m[3])
			}
		}
	}
	walk(t, ".md", check)
	walk(t, "doc.go", check)
	require.Greater(t, found, 150)
}

// exportedNames returns the top-level names of each package by its name, and methods and fields
// as Type.Name.
func exportedNames(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names := map[string]map[string]bool{}
	walk(t, ".go", func(file, text string) {
		if strings.HasSuffix(file, "_test.go") || strings.Contains(file, "internal/") || strings.HasPrefix(file, "examples/") {
			return
		}
		f, err := parser.ParseFile(token.NewFileSet(), path.Base(file), text, parser.SkipObjectResolution)
		require.NoError(t, err)
		p := f.Name.Name
		if names[p] == nil {
			names[p] = map[string]bool{}
		}
		for _, d := range f.Decls {
			addNames(names[p], d)
		}
	})
	return names
}

func addNames(names map[string]bool, d ast.Decl) {
	if f, ok := d.(*ast.FuncDecl); ok {
		name := f.Name.Name
		if f.Recv != nil {
			name = archtest.Receiver(f.Recv.List[0].Type) + "." + name
		}
		names[name] = true
		return
	}
	for _, s := range d.(*ast.GenDecl).Specs { //nolint:forcetypeassert // there is no third kind
		switch s := s.(type) {
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names[n.Name] = true
			}
		case *ast.TypeSpec:
			names[s.Name.Name] = true
			ast.Inspect(s.Type, func(n ast.Node) bool {
				if field, ok := n.(*ast.Field); ok {
					for _, n := range field.Names {
						names[s.Name.Name+"."+n.Name] = true
					}
				}
				return true
			})
		}
	}
}
