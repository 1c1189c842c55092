package historytest_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// failing records the failure of a test.
type failing struct {
	testing.TB
	why string
}

func (f *failing) Errorf(format string, args ...any) { f.why += fmt.Sprintf(format, args...) }
func (f *failing) FailNow()                          { runtime.Goexit() }

// why runs a test and returns its failure.
func why(t *testing.T, test func(t testing.TB)) string {
	t.Helper()
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	return f.why
}

// A workflow that does not follow the history to its end fails the test.
func TestResultFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		workflow any
		want     string
	}{
		"a timer that the history does not have": {count, "the workflow does not follow the history"},
		"an error": {
			func(workflow.Context, int) (int, error) { return 0, errors.New("no stock") }, "the workflow does not follow the history",
		},
		"a result of another type": {func(workflow.Context, int) (string, error) { return "many", nil }, "the workflow has no result"},
		"the result":               {func(workflow.Context, int) (int, error) { return 7, nil }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := why(t, func(t testing.TB) {
				var n int
				historytest.New(t, "count", historytest.JSON(t, 0)).Result(&n, c.workflow)
				require.Equal(t, 7, n)
			})
			if c.want == "" {
				require.Empty(t, got)
			} else {
				require.Contains(t, got, c.want)
			}
		})
	}
}

// Other commands and other results than those recorded fail the test.
func TestReplayAllFails(t *testing.T) {
	t.Parallel()
	files := historytest.Recordings(t, "testdata/history")
	require.Len(t, files, 2)
	received := func(result string) any {
		return func(ctx workflow.Context, timeout time.Duration) (string, error) {
			scope, cancel := workflow.WithCancel(ctx)
			workflow.NewTimer(scope, timeout)
			ch := workflow.GetSignalChannel(ctx, "paid")
			var paid struct{ Amount int }
			for !ch.ReceiveAsync(&paid) {
				if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 }); err != nil {
					return "", err
				}
			}
			cancel()
			return result, nil
		}
	}
	for name, c := range map[string]struct {
		workflow any
		want     string
	}{
		"the same":            {received("received"), ""},
		"another result":      {received("taken"), "receive-broken-then-good.json replays to another result"},
		"no timer":            {func(workflow.Context, time.Duration) (string, error) { return "received", nil }, "does not replay"},
		"an unknown workflow": {nil, "does not replay"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			workflows := map[string]any{"Receive": c.workflow}
			if c.workflow == nil {
				workflows = nil
			}
			got := why(t, func(t testing.TB) {
				historytest.ReplayFile(t, filepath.Join("testdata", "history", "receive-broken-then-good.json"), workflows, nil)
			})
			if c.want == "" {
				require.Empty(t, got)
			} else {
				require.Contains(t, got, c.want)
			}
		})
	}
}

func TestReplayAllOfNothing(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	require.Contains(t, why(t, func(t testing.TB) { historytest.Recordings(t, empty) }), "no history in "+empty)
}
