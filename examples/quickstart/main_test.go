package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestMain(m *testing.M) {
	defer exampletest.Start().Stop()
	m.Run()
}

func TestReadmeShowsTheWorkflowAndItsOutput(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	text, err := os.ReadFile("workflow.go")
	require.NoError(t, err)
	_, process, found := strings.Cut(string(text), "// Process ")
	require.True(t, found)
	process, _, found = strings.Cut(process, "\n}\n")
	require.True(t, found)
	require.Contains(t, string(readme), "```go\n// Process "+process+"\n}\n```\n")
	output, err := exec.CommandContext(t.Context(), "go", "run", ".").Output()
	require.NoError(t, err)
	require.Equal(t, "sue decides: approved\nthe order ends: paid 4200, parcel 81\n", string(output))
	require.Contains(t, string(readme), "```\n"+string(output)+"```\n")
}

func TestMissingServerIsReported(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), "127.0.0.1:1"), "127.0.0.1:1")
}
