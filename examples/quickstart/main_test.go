package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestMain(m *testing.M) {
	defer exampletest.Start().Stop()
	m.Run()
}

// What the README shows is this program, and what it prints.
func TestReadmeShowsThisProgram(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, file := range []string{"workflow.go", "main.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(readme), "```go\n"+string(text)+"```\n", file)
	}
	output, err := exec.CommandContext(t.Context(), "go", "run", ".").Output()
	require.NoError(t, err)
	require.Equal(t, "sue decides: approved\nthe order ends: paid 4200, parcel 81\n", string(output))
	require.Contains(t, string(readme), "```\n"+string(output)+"```\n")
}

// Without a server it says so.
func TestNoServer(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), "127.0.0.1:1"), "127.0.0.1:1")
}
