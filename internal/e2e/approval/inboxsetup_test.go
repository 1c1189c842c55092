package approval_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// In a namespace without the search attributes a run is stuck, and a worker that
// asks first does not start. With them, the run goes on where it was.
func TestInboxOfANamespaceThatIsNotSetUp(t *testing.T) {
	t.Parallel()
	const namespace = "bare"
	c := inNamespace(t, namespace)
	require.ErrorContains(t, approvalclient.CheckInbox(t.Context(), c, namespace),
		"temporal operator search-attribute create --namespace bare --name ApprovalDue --type Datetime --name ApprovalPending --type KeywordList")

	careful, err := patterns.NewPlugin(patterns.Options{BeforeStart: func(ctx context.Context) error {
		return approvalclient.CheckInbox(ctx,
			c, namespace)
	}})
	require.NoError(t, err)
	require.ErrorContains(t, worker.New(c, "bare", worker.Options{Plugins: []worker.Plugin{careful}}).Start(),
		`namespace "bare" lacks search attributes`)

	careless := worker.New(c, "bare", worker.Options{})
	register(careless)
	require.NoError(t, careless.Start())
	defer careless.Stop()
	run := startOn(t, c, "bare", "bare", Listed, Board{Gates: 1, Group: "finance"})
	eventually(t, func(ctx context.Context) (bool, error) {
		d, err := c.DescribeWorkflowExecution(ctx, run.GetID(), "")
		return d.GetPendingWorkflowTask().GetAttempt() >= 3, err
	})
	require.NoError(t, approvalclient.SetUpInbox(t.Context(), c, namespace))
	people := newPeople(t, c, approvalclient.Options{})
	eventually(t, func(ctx context.Context) (bool, error) {
		items, err := inbox(ctx, people, approvalclient.Filter{All: true})
		return len(items) == 1, err
	})
	ready := worker.New(c, "careful", worker.Options{Plugins: []worker.Plugin{careful}})
	require.NoError(t, ready.Start(), "and a careful worker starts")
	ready.Stop()
}

// inNamespace registers a namespace and returns a client of it.
func inNamespace(t *testing.T, namespace string) client.Client {
	t.Helper()
	other, err := temporal.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "default"})
	require.NoError(t, err)
	_, err = temporal.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: namespace, WorkflowExecutionRetentionPeriod: other.GetConfig().GetWorkflowExecutionRetentionTtl(),
	})
	require.NoError(t, err)
	c, err := client.NewClientFromExistingWithContext(t.Context(), temporal, client.Options{Namespace: namespace, Logger: e2etest.Quiet()})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	eventually(t, func(ctx context.Context) (bool, error) { // the server learns of a namespace after a while
		_, err := c.DescribeWorkflowExecution(ctx, "none", "")
		return err != nil && err.Error() != fmt.Sprintf("Namespace %s is not found.", namespace), nil
	})
	return c
}

// Workflows whose worker is gone are told of, page after page, and are there again
// when it is back.
func TestInboxWithoutAWorker(t *testing.T) {
	t.Parallel()
	const group = "lonely-finance"
	setUpInbox(t)
	p := e2etest.StartProcess(t, "inbox-lonely")
	for i := range 3 {
		run := startOn(t, temporal, "inbox-lonely", fmt.Sprintf("inbox-lonely-%d", i), Listed, Board{Gates: 1, Group: group})
		e2etest.WaitForEvents(t, temporal, run, upserted, 1)
	}
	people := newPeople(t, temporal, approvalclient.Options{UpdateTimeout: 5 * time.Second})
	filter := approvalclient.Filter{Actor: byGroup(group).Actor}
	listed := func(items, unread int) {
		t.Helper()
		eventually(t, func(context.Context) (bool, error) {
			page, err := people.Inbox(t.Context(), filter)
			return len(page.Items) == items && len(page.Unreachable) == unread, err
		})
	}
	listed(3, 0)
	p.Kill()
	listed(0, 3)
	e2etest.StartProcess(t, "inbox-lonely")
	listed(3, 0)
}
