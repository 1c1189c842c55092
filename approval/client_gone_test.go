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

func TestDecideOnAWorkflowThatIsGone(t *testing.T) {
	t.Parallel()
	notFound := serviceerror.NewNotFound("workflow execution already completed")
	ended := &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{
		Status: enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED,
	}}
	cases := map[string]struct {
		described *workflowservice.DescribeWorkflowExecutionResponse
		err       error
		want      approval.Reason
		hint      string
	}{
		"it has ended":         {ended, nil, approval.Closed, "has ended (Completed)"},
		"it never was":         {nil, notFound, approval.UnknownWorkflow, "check the ID"},
		"the server is silent": {nil, errors.New("down"), "", "try again with the same ID"},
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
