// Package recipes has the programs of docs/recipes.md, each in a package of its own.
package recipes

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDocumentShowsPrograms asserts that each block of Go in docs/recipes.md is code of the
// package that its section names, and that each package has a section.
func TestDocumentShowsPrograms(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/recipes.md")
	require.NoError(t, err)
	block, name := regexp.MustCompile("(?s)```go\n(.*?)```"), regexp.MustCompile(`examples/recipes/(\w+)\)`)
	shown := map[string]bool{}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		found := name.FindStringSubmatch(section)
		if found == nil {
			continue // a recipe without a program
		}
		files, err := filepath.Glob(filepath.Join(found[1], "*.go"))
		require.NoError(t, err)
		code := ""
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			code += string(data)
		}
		blocks := block.FindAllStringSubmatch(section, -1)
		require.NotEmpty(t, blocks, found[1])
		for _, b := range blocks {
			require.Contains(t, code, b[1], found[1])
		}
		shown[found[1]] = true
	}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		require.True(t, !e.IsDir() || shown[e.Name()], "docs/recipes.md has no section about %s", e.Name())
	}
}
