package archtest_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const repository = "../.."

// walk calls f for each file of the library and its documentation with that ending.
func walk(t *testing.T, ending string, f func(name, text string)) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(repository, func(name string, entry fs.DirEntry, err error) error {
		base := entry.Name()
		if err != nil {
			return err
		}
		if entry.IsDir() && name != repository && (strings.HasPrefix(base, ".") || base == "testdata") {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(base, ending) {
			return nil
		}
		text, err := os.ReadFile(name) //nolint:gosec // a file of the repository
		files++
		f(filepath.ToSlash(strings.TrimPrefix(name, repository+string(filepath.Separator))), string(text))
		return err
	}))
	require.NotZero(t, files)
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestMarkdownLinks asserts that each relative link in Markdown leads to a file or a
// directory, and its anchor to a heading.
func TestMarkdownLinks(t *testing.T) {
	t.Parallel()
	found := 0
	walk(t, ".md", func(name, text string) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, ":") {
				continue // elsewhere
			}
			found++
			file := path.Join(path.Dir(name), target)
			if target == "" {
				file = name
			}
			content, err := os.ReadFile(filepath.Join(repository, file)) //nolint:gosec // a file of the repository
			if err != nil {
				_, err = os.Stat(filepath.Join(repository, file))
			}
			if err != nil {
				t.Errorf("%s: the link to %q leads nowhere: %v", name, m[1], err)
				continue
			}
			if anchor != "" && strings.HasSuffix(file, ".md") && !hasHeading(string(content), anchor) {
				t.Errorf("%s: %s has no heading for the anchor %q", name, file, anchor)
			}
		}
	})
	require.NotZero(t, found)
}

var noLetter = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

func hasHeading(text, anchor string) bool {
	for line := range strings.Lines(text) {
		heading := strings.TrimLeft(line, "#")
		if heading == line {
			continue
		}
		if strings.ReplaceAll(noLetter.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), ""), " ", "-") == anchor {
			return true
		}
	}
	return false
}

var goFile = regexp.MustCompile("`([a-z0-9_/]+\\.go)`")

// TestArchitecturePage asserts that the files that docs/architecture.md names exist.
func TestArchitecturePage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(repository + "/docs/architecture.md")
	require.NoError(t, err)
	named := goFile.FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, named)
	for _, m := range named {
		require.FileExists(t, filepath.Join(repository, m[1]))
	}
}

var (
	rowOfTable = regexp.MustCompile(`(?m)^\| .*$`)
	namedTest  = regexp.MustCompile("`(Test\\w+)` \\|$")
	testFunc   = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
)

// TestGuarantees asserts that each row of docs/guarantees.md names a test that exists.
func TestGuarantees(t *testing.T) {
	t.Parallel()
	exists := map[string]bool{}
	walk(t, "_test.go", func(_, text string) {
		for _, m := range testFunc.FindAllStringSubmatch(text, -1) {
			exists[m[1]] = true
		}
	})
	page, err := os.ReadFile(repository + "/docs/guarantees.md")
	require.NoError(t, err)
	found := 0
	for _, row := range rowOfTable.FindAllString(string(page), -1) {
		if strings.HasSuffix(row, "| test |") {
			continue
		}
		found++
		m := namedTest.FindStringSubmatch(row)
		switch {
		case m == nil:
			t.Errorf("docs/guarantees.md: this row names no test in its last column: %s", row)
		case !exists[m[1]]:
			t.Errorf("docs/guarantees.md: there is no test %s; name the one that shows: %s", m[1], row)
		}
	}
	require.Greater(t, found, 60)
}

// TestExamplesAreForReaders asserts that godoc examples import no package that a reader
// of them could not import, such as internal/testenv.
func TestExamplesAreForReaders(t *testing.T) {
	t.Parallel()
	examples := 0
	walk(t, "_test.go", func(name, text string) {
		if !strings.HasPrefix(path.Base(name), "example") || strings.HasPrefix(name, "examples/") || strings.Contains(name, "internal/") {
			return
		}
		examples++
		require.NotContains(t, text, `temporal-patterns/internal/`, name)
	})
	require.NotZero(t, examples)
}

// TestREADME asserts that the README stays short.
func TestREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(repository + "/README.md")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(text), "\n"), 150, "lines")
	require.LessOrEqual(t, len(strings.Fields(string(text))), 1_000, "words")
}
