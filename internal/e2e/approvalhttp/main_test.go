// Package approvalhttp_test runs package approvalhttp on a real Temporal server:
// lists of many gates, stopped workers, simultaneous posts, and what histories
// and search attributes contain afterwards.
package approvalhttp_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

var (
	server  client.Client
	options client.Options // of further clients
)

func TestMain(m *testing.M) { e2etest.Suite{SetUp: setUp, Client: &server, Options: &options}.Main(m) }

// setUp adds the search attributes of the inbox, and waits until they can be used.
func setUp(ctx context.Context, c client.Client) (err error) {
	if err := approvalclient.SetUpInbox(ctx, c, client.DefaultNamespace); err != nil {
		return err
	}
	query := &workflowservice.ListWorkflowExecutionsRequest{Query: "ApprovalPending" + ` = "none" AND ` + "ApprovalDue" + " IS NULL"}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range 600 {
		if _, err = c.ListWorkflow(ctx, query); err == nil {
			return nil
		}
		<-tick.C
	}
	return err
}

// An Order opens that many gates, and two of the group must approve each. Their
// subjects have that many bytes; bob may extend them.
type Order struct {
	Gates int
	Group string
	Inbox bool
	Bytes int
}

// Ask opens the gates and returns how they have ended.
func Ask(ctx workflow.Context, o Order) ([]policy.State, error) {
	gates, err := approval.NewGates(ctx, approval.Options{Inbox: o.Inbox})
	if err != nil {
		return nil, err
	}
	rule := policy.Quorum(2, o.Group).Within(time.Hour)
	rule.MaxExtend = time.Hour
	var all []*approval.Gate[string]
	for i := range o.Gates {
		p, err := approval.Open(ctx, gates, approval.Request[string]{
			ID: gateID(i), Title: fmt.Sprintf("item %d", i), Subject: "the goods" + strings.Repeat(".", o.Bytes), Requester: "u-eve",
			Policy: rule, Managers: policy.Selector{Users: []string{"u-bob"}},
		})
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	outcomes, err := approval.AwaitAll(ctx, all...)
	states := make([]policy.State, len(outcomes))
	for i, o := range outcomes {
		states[i] = o.State
	}
	return states, err
}

// gateID has what a URL would take apart.
func gateID(i int) string { return fmt.Sprintf("item/%d?%%2F", i) }

// startWorker starts a worker on a queue. The function that it returns stops it.
func startWorker(t *testing.T, c client.Client, queue string) (stop func()) {
	t.Helper()
	plugin, err := patterns.NewPlugin(patterns.Options{})
	require.NoError(t, err)
	o := worker.Options{Plugins: []worker.Plugin{plugin}, StickyScheduleToStartTimeout: 100 * time.Millisecond}
	return e2etest.StartWorker(t, c, queue, o, func(w worker.Registry) { w.RegisterWorkflow(Ask) })
}

// start starts a workflow, and waits until its gates are open.
func start(t *testing.T, c client.Client, queue, id string, o Order) client.WorkflowRun {
	t.Helper()
	return startFor(t, c, queue, id, o, 5*time.Minute)
}

// startFor is start with a time limit.
func startFor(t *testing.T, c client.Client, queue, id string, o Order, limit time.Duration) client.WorkflowRun {
	t.Helper()
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: queue, WorkflowExecutionTimeout: limit}, Ask, o)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err := newPeople(t, c, approvalclient.Options{}).Gate(t.Context(), approvalclient.Ref{WorkflowID: id}, gateID(o.Gates-1))
		return err == nil
	}, time.Minute, 50*time.Millisecond)
	return run
}
