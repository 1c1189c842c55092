package heartbeat_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// export continues where the previous attempt ended, and ends as soon as its worker
// stops.
func export(ctx context.Context, pages int64) (int64, error) {
	var page atomic.Int64
	if done, ok := heartbeat.Progress[int64](ctx); ok {
		page.Store(done)
	}
	stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return page.Load() }})
	defer stop()
	work, cancel := heartbeat.WithWorkerStop(ctx)
	defer cancel()
	exported := int64(0)
	for ; page.Load() < pages; page.Add(1) {
		if err := work.Err(); err != nil {
			sdkactivity.GetLogger(ctx).Info("The export was interrupted", "Cause", heartbeat.CauseOf(work), "Page", page.Load())
			return exported, err
		}
		exported++ // here the page is exported
	}
	return exported, nil
}

func ExampleStart() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(export)
	env.SetHeartbeatDetails(int64(40)) // of the previous attempt
	result, err := env.ExecuteActivity(export, int64(100))
	if err != nil {
		fmt.Println(err)
		return
	}
	var exported int64
	fmt.Println(result.Get(&exported), exported)
	// Output: <nil> 60
}
