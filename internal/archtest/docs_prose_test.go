package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mostIs limits the share of exported declarations and fields, in percent, whose comment begins
// "Name is" or "Name are" instead of a verb that says what they do.
const mostIs = 5

// TestCommentsBeginWithAVerb asserts that few comments of exported names begin with "Name is".
func TestCommentsBeginWithAVerb(t *testing.T) {
	t.Parallel()
	total, found := 0, []string{}
	walk(t, ".go", func(name, text string) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, name, text, parser.ParseComments)
		require.NoError(t, err)
		eachExported(f, func(id *ast.Ident, comment *ast.CommentGroup) {
			total++
			rest, ok := strings.CutPrefix(comment.Text(), id.Name+" ")
			if ok && (strings.HasPrefix(rest, "is ") || strings.HasPrefix(rest, "are ")) {
				found = append(found, files.Position(id.Pos()).String()+": "+id.Name)
			}
		})
	})
	require.Greater(t, total, 1000, "the test finds the comments")
	require.LessOrEqual(t, 100*len(found), mostIs*total, "%d of %d comments begin with \"Name is\"; say what these do: %s",
		len(found), total, strings.Join(found, "\n"))
}

// eachExported calls do for each exported name of a file that has a comment of its own.
func eachExported(f *ast.File, do func(*ast.Ident, *ast.CommentGroup)) {
	ast.Inspect(f, func(n ast.Node) bool {
		var names []*ast.Ident
		var comment *ast.CommentGroup
		switch d := n.(type) {
		case *ast.FuncDecl:
			names, comment = []*ast.Ident{d.Name}, d.Doc
		case *ast.GenDecl:
			if spec, ok := d.Specs[0].(*ast.TypeSpec); ok {
				names, comment = []*ast.Ident{spec.Name}, d.Doc
			} else if spec, ok := d.Specs[0].(*ast.ValueSpec); ok && !d.Lparen.IsValid() {
				names, comment = spec.Names, d.Doc
			}
		case *ast.ValueSpec:
			names, comment = d.Names, d.Doc
		case *ast.Field:
			names, comment = d.Names, d.Doc
		}
		if comment != nil && len(names) > 0 && names[0].IsExported() {
			do(names[0], comment)
		}
		_, isBody := n.(*ast.BlockStmt)
		return !isBody
	})
}

// words are what no text of the project says: metaphors, old spellings, and misspellings that
// people make often.
var words = regexp.MustCompile(`(?i)\b(bury|buried|rouse|village|stirred|ringing|somebody|nobody|anybody|everybody|whoever|whomever|anew|` +
	`time-outs?|for ever|in clear|recieve[ds]?|occured|seperate(?:ly)?|accomodate|succesful(?:ly)?|neccessary|` +
	`existant|dependant|cancelation|overriden|transfered|refered|occurence|wether|untill|begining|publically|teh)\b`)

// texts finds the comments of a Go file, and its string literals that have a space.
var texts = regexp.MustCompile("(?s)//[^\n]*|\"(?:\\\\.|[^\"\\\\\n])*\"|`[^`]*`")

// TestWords asserts that comments, messages and Markdown use standard words.
func TestWords(t *testing.T) {
	t.Parallel()
	n := 0
	check := func(name, text string) {
		n++
		if m := words.FindString(text); m != "" {
			t.Errorf("%s: %q in %q; use a standard word, such as \"no one\" or the name of who acts", name, m, strings.TrimSpace(text))
		}
	}
	walk(t, ".go", func(name, text string) {
		if strings.HasPrefix(name, "internal/archtest/docs_prose") {
			return
		}
		for _, m := range texts.FindAllString(text, -1) {
			if strings.HasPrefix(m, "//") || strings.Contains(m, " ") {
				check(name, m)
			}
		}
	})
	walk(t, ".md", func(name, text string) {
		if name == "CHANGELOG.md" {
			return
		}
		for line := range strings.Lines(text) {
			check(name, line)
		}
	})
	require.Greater(t, n, 10000, "the test finds the texts")
}
