package approvalclient

import (
	"context"
	"fmt"
	"slices"
	"sync"

	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

const (
	// maxLists bounds the visibility pages that are read for one page of an inbox:
	// their runs may have nothing for the actor.
	maxLists = 10
	// askAtOnce is how many runs are asked together.
	askAtOnce = 8
)

// A listing is one page of an inbox in the making.
type listing struct {
	client   *Client
	filter   Filter
	query    string
	question protocol.InboxQuery
	at       cursor
	page     Page
	seen     map[string]bool // workflow IDs: one may be listed with two runs for a while
}

func (c *Client) listing(f Filter) (*listing, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.PageSize == 0 {
		f.PageSize = DefaultPageSize
	}
	l := &listing{
		client: c, filter: f, query: f.query(), seen: map[string]bool{},
		question: protocol.InboxQuery{Actor: f.Actor, All: f.All, DueBefore: f.DueBefore},
	}
	if f.Token == "" {
		return l, nil
	}
	var err error
	l.at, err = readToken(f.Token)
	return l, err
}

// fill reads visibility until the page is full or nothing is left.
func (l *listing) fill(ctx context.Context) error {
	for range maxLists {
		listed, err := l.client.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Query: l.query, PageSize: int32(l.filter.PageSize), NextPageToken: l.at.List, //nolint:gosec // at most MaxPageSize
		})
		if err != nil {
			return err
		}
		for runs := range slices.Chunk(l.rest(listed.GetExecutions()), askAtOnce) {
			answers := l.askAll(ctx, runs)
			if err := ctx.Err(); err != nil {
				return err
			}
			for i, run := range runs {
				if !l.take(ctx, run, answers[i]) {
					l.page.Next, err = l.at.token()
					return err
				}
			}
		}
		if l.at = (cursor{List: listed.GetNextPageToken()}); len(l.at.List) == 0 {
			return nil
		}
		if l.room() == 0 {
			break
		}
	}
	var err error
	l.page.Next, err = l.at.token()
	return err
}

// room is how many entries the page can still take.
func (l *listing) room() int { return l.filter.PageSize - len(l.page.Items) - len(l.page.Unreachable) }

type listedRun struct{ workflowID, runID string }

// rest are the runs of a visibility page that were not listed. If the one where
// the cursor is has closed, all of them are: better twice than never.
func (l *listing) rest(executions []*workflowpb.WorkflowExecutionInfo) []listedRun {
	var runs []listedRun
	for _, e := range executions {
		run := listedRun{e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId()}
		if !l.seen[run.workflowID] {
			l.seen[run.workflowID] = true
			runs = append(runs, run)
		}
	}
	i := slices.IndexFunc(runs, func(r listedRun) bool { return r.runID == l.at.Run })
	if i >= 0 && l.at.Gate == "" {
		i++ // nothing of that run is left
	}
	return runs[max(i, 0):]
}

// an answer is what a run says.
type answer struct {
	protocol.InboxAnswer
	err error
}

func (l *listing) askAll(ctx context.Context, runs []listedRun) []answer {
	answers := make([]answer, len(runs))
	each := (l.room() + len(runs) - 1) / len(runs) // a run that has more is asked on when it is its turn
	var asking sync.WaitGroup
	for i, run := range runs {
		asking.Go(func() { answers[i] = l.ask(ctx, run, each) })
	}
	asking.Wait()
	return answers
}

// ask asks the workflow, whichever run of it is the open one now, for the gates
// behind the cursor.
func (l *listing) ask(ctx context.Context, run listedRun, limit int) (a answer) {
	ctx, cancel := context.WithTimeout(ctx, l.client.patience)
	defer cancel()
	q := l.question
	q.Limit = limit
	if run.runID == l.at.Run {
		q.After = l.at.Gate
	}
	got, err := l.client.temporal.QueryWorkflowWithOptions(ctx, &client.QueryWorkflowWithOptionsRequest{
		WorkflowID: run.workflowID, QueryType: protocol.QueryInbox, Args: []any{q},
		QueryRejectCondition: enumspb.QUERY_REJECT_CONDITION_NOT_OPEN,
	})
	switch {
	case err == nil && got.QueryRejected.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		err = pausedWorkflow(Ref{WorkflowID: run.workflowID}, nil)
	case isNotFound(err), err == nil && got.QueryRejected != nil:
		return answer{} // it has ended, which visibility does not know yet
	case err == nil:
		err = got.QueryResult.Get(&a.InboxAnswer)
	}
	if err == nil {
		return a
	}
	if a.err = refusedBy(Ref{WorkflowID: run.workflowID}, err); a.err == nil {
		a.err = fmt.Errorf("approval: workflow %q does not say which gates wait; check that a worker runs: %w", run.workflowID, err)
	}
	return a
}

// take puts an answer on the page, and asks on as long as the run has more. It
// reports false when the page is full.
func (l *listing) take(ctx context.Context, run listedRun, a answer) bool {
	for l.room() > 0 {
		if a.err != nil {
			l.page.Unreachable = append(l.page.Unreachable, Unreachable{run.workflowID, a.err})
		}
		for _, told := range a.Gates {
			if l.room() == 0 {
				return false
			}
			l.page.Items = append(l.page.Items, Item{Ref{WorkflowID: run.workflowID, Gate: told.Gate.ID}, GateStatus(told.Gate), told.For})
			l.at.Run, l.at.Gate = run.runID, told.Gate.ID
		}
		if !a.More || len(a.Gates) == 0 {
			l.at.Run, l.at.Gate = run.runID, ""
			return true
		}
		a = l.ask(ctx, run, l.room())
	}
	return false
}
