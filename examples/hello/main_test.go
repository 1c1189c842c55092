package main

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

func TestProgramPrintsWhatTheReadmeShows(t *testing.T) {
	t.Parallel()
	output, err := exec.CommandContext(t.Context(), "go", "run", ".").Output()
	require.NoError(t, err)
	require.Equal(t, "<nil> 20 euros, in time: true\n", string(output))
	exampletest.RequireShown(t, "hello", string(output))
}
