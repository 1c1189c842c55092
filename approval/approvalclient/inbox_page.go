package approvalclient

import (
	"context"
	"iter"
	"slices"
	"sync"

	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

const (
	// maxVisibilityPages bounds the visibility pages that are read for one page of an
	// inbox: their runs may have nothing for the actor.
	maxVisibilityPages = 10
	// parallelQueries bounds the runs that are asked at the same time.
	parallelQueries = 8
)

// A listing reads one page of an inbox.
type listing struct {
	client *Client
	filter Filter
	query  string
	asks   protocol.InboxQuery
	at     cursor
	done   bool            // visibility has no more runs
	seen   map[string]bool // workflow IDs: visibility may list one with two runs for a while
	page   Page
}

func newListing(c *Client, f Filter) (*listing, error) {
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
		asks: protocol.InboxQuery{Actor: f.Actor, All: f.All, DueBefore: f.DueBefore},
	}
	if f.Token == "" {
		return l, nil
	}
	var err error
	l.at, err = readToken(f.Token)
	return l, err
}

// read asks runs until the page is full or there are no more.
func (l *listing) read(ctx context.Context) (Page, error) {
	for runs, err := range l.runs(ctx) {
		if err != nil {
			return Page{}, err
		}
		if more, err := l.addAll(ctx, runs); err != nil || !more {
			return l.finish(err)
		}
	}
	return l.finish(nil)
}

func (l *listing) finish(err error) (Page, error) {
	if err == nil && !l.done {
		l.page.Next, err = l.at.token()
	}
	return l.page, err
}

type listedRun struct{ workflowID, runID string }

// runs iterates over the runs behind the cursor, some at a time. It moves the cursor from
// one visibility page to the next, and stops after some of them or when the page is full.
func (l *listing) runs(ctx context.Context) iter.Seq2[[]listedRun, error] {
	return func(yield func([]listedRun, error) bool) {
		for range maxVisibilityPages {
			listed, err := l.client.temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
				Query: l.query, PageSize: int32(l.filter.PageSize), NextPageToken: l.at.List, //nolint:gosec // at most MaxPageSize
			})
			if err != nil {
				yield(nil, err)
				return
			}
			for runs := range slices.Chunk(l.unseen(listed.GetExecutions()), parallelQueries) {
				if !yield(runs, nil) {
					return
				}
			}
			l.at = cursor{List: listed.GetNextPageToken()}
			l.done = len(l.at.List) == 0
			if l.done || l.room() == 0 {
				return
			}
		}
	}
}

// unseen returns the runs of a visibility page that were not listed. If the run of the
// cursor has closed, it returns all of them: better twice than never.
func (l *listing) unseen(executions []*workflowpb.WorkflowExecutionInfo) []listedRun {
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

// room returns the number of entries for which the page has room.
func (l *listing) room() int { return l.filter.PageSize - len(l.page.Items) - len(l.page.Unreachable) }

// addAll asks runs together and adds their gates to the page. It reports false when the
// page is full.
func (l *listing) addAll(ctx context.Context, runs []listedRun) (more bool, err error) {
	answers := make([]answer, len(runs))
	each := (l.room() + len(runs) - 1) / len(runs) // a run that has more is asked again in its turn
	var asking sync.WaitGroup
	for i, run := range runs {
		asking.Go(func() { answers[i] = l.ask(ctx, run, each) })
	}
	asking.Wait()
	if err := ctx.Err(); err != nil {
		return false, err
	}
	for i, run := range runs {
		if !l.add(ctx, run, answers[i]) {
			return false, nil
		}
	}
	return true, nil
}

// add puts an answer on the page, and asks again as long as the run has more. It reports
// false when the page is full.
func (l *listing) add(ctx context.Context, run listedRun, a answer) bool {
	for l.room() > 0 {
		if a.err != nil {
			l.page.Unreachable = append(l.page.Unreachable, Unreachable{run.workflowID, a.err})
		}
		for _, g := range a.Gates {
			if l.room() == 0 {
				return false
			}
			l.page.Items = append(l.page.Items, Item{Ref{WorkflowID: run.workflowID}, GateStatus(g.Gate), g.For})
			l.at.Run, l.at.Gate = run.runID, g.Gate.ID
		}
		if !a.More || len(a.Gates) == 0 {
			l.at.Run, l.at.Gate = run.runID, ""
			return true
		}
		a = l.ask(ctx, run, l.room())
	}
	return false
}
