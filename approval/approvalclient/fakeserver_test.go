package approvalclient_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync/atomic"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	querypb "go.temporal.io/api/query/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// fakeServer is a server with that many runs, of which each has so many gates. It
// keeps no list of them.
type fakeServer struct {
	client.Client
	runs, gates int
	gone        func(run int) error // why a run does not answer; a nil error is one that does
	closed      func(run int) bool
	rejected    func(run int) *querypb.QueryRejected
	duplicates  bool // each workflow is listed with the run before, too
	alwaysMore  bool // workflows always say that they have more gates
	slow        func(ctx context.Context)

	query        string // the last one
	largest      int32  // page that was asked for
	asking, peak atomic.Int32
	asked, told  atomic.Int32
}

func (v *fakeServer) CountWorkflow(
	_ context.Context,
	r *workflowservice.CountWorkflowExecutionsRequest,
) (*workflowservice.CountWorkflowExecutionsResponse, error) {
	v.query = r.GetQuery()
	return &workflowservice.CountWorkflowExecutionsResponse{Count: int64(v.runs)}, nil
}

func (v *fakeServer) ListWorkflow(
	_ context.Context,
	r *workflowservice.ListWorkflowExecutionsRequest,
) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	v.query, v.largest = r.GetQuery(), max(v.largest, r.GetPageSize())
	begin := 0
	if token := r.GetNextPageToken(); len(token) > 0 {
		var err error
		if begin, err = strconv.Atoi(string(token)); err != nil {
			return nil, serviceerror.NewInvalidArgument("the page token is broken")
		}
	}
	end := min(begin+int(r.GetPageSize()), v.runs)
	response := &workflowservice.ListWorkflowExecutionsResponse{}
	for i := begin; i < end; i++ {
		response.Executions = append(response.Executions, &workflowpb.WorkflowExecutionInfo{
			Execution: &commonpb.WorkflowExecution{WorkflowId: fmt.Sprint(i), RunId: fmt.Sprint("run-", i)},
		})
	}
	if v.duplicates {
		for _, e := range response.GetExecutions() {
			response.Executions = append(response.Executions, &workflowpb.WorkflowExecutionInfo{
				Execution: &commonpb.WorkflowExecution{WorkflowId: e.GetExecution().GetWorkflowId(), RunId: "before"},
			})
		}
	}
	if end < v.runs {
		response.NextPageToken = []byte(strconv.Itoa(end))
	}
	return response, nil
}

func (v *fakeServer) QueryWorkflowWithOptions(ctx context.Context,
	r *client.QueryWorkflowWithOptionsRequest,
) (*client.QueryWorkflowWithOptionsResponse, error) {
	for n := v.asking.Add(1); ; {
		if peak := v.peak.Load(); n <= peak || v.peak.CompareAndSwap(peak, n) {
			break
		}
	}
	defer v.asking.Add(-1)
	v.asked.Add(1)
	if v.slow != nil {
		v.slow(ctx)
	}
	run, err := strconv.Atoi(r.WorkflowID)
	if err != nil || r.QueryType != protocol.QueryInbox || r.QueryRejectCondition != enumspb.QUERY_REJECT_CONDITION_NOT_OPEN {
		return nil, fmt.Errorf("a query as no one should ask it: %+v", r)
	}
	if v.gone != nil && v.gone(run) != nil {
		return nil, v.gone(run)
	}
	if v.closed != nil && v.closed(run) {
		return &client.QueryWorkflowWithOptionsResponse{QueryRejected: &querypb.QueryRejected{}}, nil
	}
	if v.rejected != nil && v.rejected(run) != nil {
		return &client.QueryWorkflowWithOptionsResponse{QueryRejected: v.rejected(run)}, nil
	}
	text, _ := json.Marshal(r.Args[0])
	var q struct {
		After string
		Limit int
	}
	if err := json.Unmarshal(text, &q); err != nil {
		return nil, err
	}
	type told struct {
		Gate approvalclient.GateStatus `json:"gate"`
	}
	var answer struct {
		Gates []told `json:"gates"`
		More  bool   `json:"more"`
	}
	begin := 0
	if q.After != "" {
		begin, _ = strconv.Atoi(q.After)
		begin++
	}
	for i := begin; i < v.gates; i++ {
		if len(answer.Gates) == q.Limit {
			answer.More = true
			break
		}
		answer.Gates = append(answer.Gates, told{approvalclient.GateStatus{ID: strconv.Itoa(i), Round: 1, Digest: "d"}})
	}
	answer.More = answer.More || v.alwaysMore
	v.told.Add(int32(len(answer.Gates)))
	payload, err := converter.GetDefaultDataConverter().ToPayloads(answer)
	return &client.QueryWorkflowWithOptionsResponse{QueryResult: client.NewValue(payload)}, err
}
