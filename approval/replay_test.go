package approval_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// recorded is the workflow whose histories a real server recorded.
func recorded(ctx workflow.Context, c struct {
	Ties     signals.Ties
	Policy   policy.Policy
	GoesOn   bool
	Deadline time.Duration
},
) (approval.State, error) {
	finish := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{Ties: c.Ties})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{
		ID: "expense", Requester: "eve", Policy: c.Policy.Within(c.Deadline),
	})
	if err == nil && c.GoesOn {
		_, err = finish.Receive(ctx)
	}
	return out.State, err
}

// Fixtures are only ever added. One that fails says that running workflows
// would fail in the same way.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	historytest.ReplayAll(t, "testdata/history", map[string]any{"Gate": recorded}, signals.NewInterceptor())
}
