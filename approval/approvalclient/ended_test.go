package approvalclient_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func described(status enumspb.WorkflowExecutionStatus) *workflowservice.DescribeWorkflowExecutionResponse {
	return &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: status}}
}

func TestDecideOnEndedOrUnknownWorkflow(t *testing.T) {
	t.Parallel()
	notFound := serviceerror.NewNotFound("workflow execution already completed")
	cases := map[string]struct {
		described *workflowservice.DescribeWorkflowExecutionResponse
		err       error
		want      approval.Reason
		hint      string
	}{
		"it has ended": {
			described(enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED), nil, approval.ReasonClosed,
			"has ended (Completed)",
		},
		"it never was":         {nil, notFound, approvalclient.ReasonUnknownWorkflow, "check the ID"},
		"the server is silent": {nil, errors.New("down"), "", "send it again with the same ID"},
		"it is paused":         {described(enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED), nil, "", "send it again with the same ID"},
		"it is open again":     {described(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING), nil, "", "send it again with the same ID"},
		"the run goes on as another": {
			described(enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW), nil, approval.ReasonClosed,
			"leave RunID empty",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := answered(notFound)
			m.On("DescribeWorkflowExecution", mock.Anything, "wf", "").Return(c.described, c.err)
			m.On("QueryWorkflow", mock.Anything, "wf", "", protocol.QueryReceipt, "expense", "ann", "1").Return(value(nil), nil)
			_, err := newClient(t, m, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
			require.Equal(t, c.want, reasonOf(err))
			require.ErrorContains(t, err, c.hint)
		})
	}
}

// contentOf returns the hash that a worker keeps of a vote.
func contentOf(t *testing.T, v approvalclient.Vote) string {
	t.Helper()
	m, err := protocol.VoteForm(v).Vote("expense")
	require.NoError(t, err)
	return m.Content()
}

// A decision may have counted by signal before the run has ended.
func TestDecideAgainAfterWorkflowEnded(t *testing.T) {
	t.Parallel()
	first := approvalclient.Receipt{
		Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, State: policy.StateApproved, Round: 1, Approvals: 1,
		Need: 1,
	}
	type kept struct {
		approvalclient.Receipt
		Content string `json:"content"`
	}
	content := contentOf(t, good)
	cases := map[string]struct {
		value converter.EncodedValue
		err   error
		want  approvalclient.Receipt
		as    approval.Reason
		hint  string
	}{
		"it has counted": {value(kept{first, content}), nil, first, "", ""},
		"it has counted something else": {
			value(kept{first, "another"}), nil,
			approvalclient.Receipt{},
			approval.ReasonKeyReused,
			"this ID was used for another decision",
		},
		"it has not": {value(nil), nil, approvalclient.Receipt{}, approval.ReasonClosed, "has ended (Completed)"},
		"a worker of an earlier version": {
			nil, serviceerror.NewQueryFailed("unknown queryType"),
			approvalclient.Receipt{},
			approval.ReasonClosed, "has ended (Completed)",
		},
		"no worker": {
			nil, errors.New("nobody"),
			approvalclient.Receipt{},
			"",
			`no worker tells whether it has counted decision "1"`,
		},
		"not readable": {value("?"), nil, approvalclient.Receipt{}, "", "send it again with the same ID"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := answered(serviceerror.NewNotFound("workflow execution already completed"))
			m.On("DescribeWorkflowExecution", mock.Anything, "wf", "").Return(described(enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED), nil)
			m.On("QueryWorkflow", mock.Anything, "wf", "", protocol.QueryReceipt, "expense", "ann", "1").Return(c.value, c.err)
			got, err := newClient(t, m, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
			require.Equal(t, c.want, got)
			require.Equal(t, c.as, reasonOf(err))
			if c.hint == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.hint)
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	c := &mocks.Client{}
	c.On("QueryWorkflow", mock.Anything, "wf", "", protocol.QueryStatus).Return(nil, errors.New("no worker"))
	_, err := newClient(t, c, approvalclient.Options{}).Status(t.Context(), ref)
	require.ErrorContains(t, err, "that it calls NewGates, and that a worker runs")
}
