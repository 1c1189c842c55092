package archtest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var goBlock = regexp.MustCompile("(?s)```go\n(package .*?)```")

// TestSnippets runs the programs of llms.txt as one package of this module, with its
// test. The files exist in an overlay of the go command only, so the program runs elsewhere.
func TestSnippets(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(repository + "/llms.txt")
	require.NoError(t, err)
	blocks := goBlock.FindAllStringSubmatch(string(text), -1)
	require.Len(t, blocks, 2)
	root, err := filepath.Abs(repository)
	require.NoError(t, err)
	dir, replace := t.TempDir(), map[string]string{}
	for i, block := range blocks {
		name := fmt.Sprintf("snippet%d.go", i)
		if strings.Contains(block[1], "*testing.T") {
			name = fmt.Sprintf("snippet%d_test.go", i)
		}
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(block[1]), 0o600))
		replace[filepath.Join(root, "internal", "snippets", name)] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	program := filepath.Join(dir, "snippets.test")
	run := func(where, name string, args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), name, args...)
		command.Dir = where
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	run(root, "go", "test", "-c", "-vet=off", "-o", program, "-overlay", file, "./internal/snippets")
	run(dir, program)
}
