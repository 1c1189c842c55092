package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the README shows is this program, and what it prints.
func TestReadmeShowsThisProgram(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	program, err := os.ReadFile("main.go")
	require.NoError(t, err)
	output, err := exec.CommandContext(t.Context(), "go", "run", ".").Output()
	require.NoError(t, err)
	require.Contains(t, string(readme), "```go\n"+string(program)+"```\n\n```\n"+string(output)+"```\n")
}
