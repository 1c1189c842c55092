package approval_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

func described(status enumspb.WorkflowExecutionStatus) *workflowservice.DescribeWorkflowExecutionResponse {
	return &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: status}}
}

func TestDecideOnAWorkflowThatIsGone(t *testing.T) {
	t.Parallel()
	notFound := serviceerror.NewNotFound("workflow execution already completed")
	cases := map[string]struct {
		described *workflowservice.DescribeWorkflowExecutionResponse
		err       error
		want      approval.Reason
		hint      string
	}{
		"it has ended":               {described(enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED), nil, approval.Closed, "has ended (Completed)"},
		"it never was":               {nil, notFound, approval.UnknownWorkflow, "check the ID"},
		"the server is silent":       {nil, errors.New("down"), "", "send it again with the same ID"},
		"it is open again":           {described(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING), nil, "", "send it again with the same ID"},
		"the run goes on as another": {described(enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW), nil, approval.Closed, "leave RunID empty"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := answered(notFound)
			m.On("DescribeWorkflowExecution", mock.Anything, "wf", "").Return(c.described, c.err)
			_, err := approval.NewClient(m, approval.ClientOptions{}).Decide(t.Context(), ref, good)
			require.Equal(t, c.want, approval.ReasonOf(err))
			require.ErrorContains(t, err, c.hint)
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	c := &mocks.Client{}
	c.On("QueryWorkflow", mock.Anything, "wf", "", approval.QueryStatus).Return(nil, errors.New("no worker"))
	_, err := approval.NewClient(c, approval.ClientOptions{}).Status(t.Context(), "wf", "")
	require.ErrorContains(t, err, "that it calls NewGates, and that a worker runs")
}
