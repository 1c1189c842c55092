package signals_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Fixtures are only ever added. One that fails says that running workflows
// would fail in the same way.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	receive := func(ctx workflow.Context, timeout time.Duration) (string, error) {
		_, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, timeout)
		if ok {
			return "received", err
		}
		return "expired", err
	}
	historytest.ReplayAll(t, "testdata/history", map[string]any{"Receive": receive})
}
