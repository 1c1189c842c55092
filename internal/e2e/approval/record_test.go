package approval_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

var recording = flag.Bool("record", false, "keep the histories of runs whose names are new, for the replay tests of the library")

// record keeps the history of a closed run among the fixtures of a package, if
// asked to and if none of that name is there: fixtures are only ever added.
func record(t *testing.T, run client.WorkflowRun, pkg, name string) {
	t.Helper()
	file := filepath.Join("..", "..", "..", pkg, "testdata", "history", name+".json")
	if _, err := os.Stat(file); err == nil || !*recording {
		return
	}
	history := &historypb.History{Events: e2etest.History(t, temporal, run.GetID(), run.GetRunID())}
	text, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(history)
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
}
