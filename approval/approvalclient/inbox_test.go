package approvalclient_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var anybody = approvalclient.Filter{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}}}

// walk reads all pages, hands each to see, and returns how many pages there were.
func walk(t *testing.T, c *approvalclient.Client, f approvalclient.Filter, see func(approvalclient.Page)) int {
	t.Helper()
	for n := 1; ; n++ {
		page, err := c.Inbox(t.Context(), f)
		require.NoError(t, err)
		see(page)
		if f.Token = page.Next; f.Token == "" {
			return n
		}
	}
}

func TestInboxOf100000Gates(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]*fakeServer{
		"one in each run":            {runs: 100_000, gates: 1},
		"a thousand in each run":     {runs: 100, gates: 1000},
		"three, so that pages break": {runs: 33_334, gates: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := anybody
			f.PageSize = 200
			total, want := 0, [2]int{}
			pages := walk(t, newClient(t, v, approvalclient.Options{}), f, func(p approvalclient.Page) {
				require.LessOrEqual(t, len(p.Items)+len(p.Unreachable), 200, "what is held at a time")
				require.LessOrEqual(t, len(p.Next), 200, "a token does not grow")
				for _, item := range p.Items {
					run, _ := strconv.Atoi(item.Ref.WorkflowID)
					gate, _ := strconv.Atoi(item.Gate.ID)
					require.Equal(t, want, [2]int{run, gate}, "each once, in order")
					if want[1]++; want[1] == v.gates {
						want = [2]int{run + 1, 0}
					}
				}
				total += len(p.Items)
			})
			require.Equal(t, v.runs*v.gates, total)
			require.LessOrEqual(t, pages, total/200+1)
			require.LessOrEqual(t, v.peak.Load(), int32(8), "runs that are asked at a time")
			require.LessOrEqual(t, v.largest, int32(200))
			require.LessOrEqual(t, int(v.asked.Load()), v.runs+10*pages, "a run is asked again only where a page breaks")
			require.LessOrEqual(t, int(v.told.Load()), 3*total, "what is asked for is used")
		})
	}
}

func TestInboxSkipsEndedRuns(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 5000, gates: 1, closed: func(run int) bool { return run%1000 != 999 }, gone: func(run int) error {
		if run == 3 {
			return serviceerror.NewNotFound("deleted")
		}
		return nil
	}}
	var found []string
	pages := walk(t, newClient(t, v, approvalclient.Options{}), anybody, func(p approvalclient.Page) {
		for _, item := range p.Items {
			found = append(found, item.Ref.WorkflowID)
		}
		require.Empty(t, p.Unreachable)
	})
	require.Equal(t, []string{"999", "1999", "2999", "3999", "4999"}, found)
	require.Equal(t, 10, pages, "one call reads a bounded part of visibility: ten of its pages")
}

func TestInboxListsUnreachableRuns(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 60, gates: 1, gone: func(run int) error {
		if run%2 == 0 {
			return errors.New("no worker")
		}
		return nil
	}}
	var unread []string
	items := 0
	walk(t, newClient(t, v, approvalclient.Options{}), anybody, func(p approvalclient.Page) {
		for _, u := range p.Unreachable {
			unread = append(unread, u.WorkflowID)
			require.ErrorContains(t, u.Err, "check that a worker runs: no worker")
		}
		items += len(p.Items)
		require.LessOrEqual(t, len(p.Items)+len(p.Unreachable), approvalclient.DefaultPageSize)
	})
	require.Len(t, slices.Compact(unread), 30)
	require.Equal(t, 30, items)
}

func TestInboxWaitsUpdateTimeoutForEachRun(t *testing.T) {
	t.Parallel()
	v := &fakeServer{
		runs: 3, gates: 1, slow: func(ctx context.Context) { <-ctx.Done() },
		gone: func(int) error { return context.DeadlineExceeded },
	}
	page, err := newClient(t, v, approvalclient.Options{UpdateTimeout: time.Millisecond}).Inbox(t.Context(), anybody)
	require.NoError(t, err)
	require.Len(t, page.Unreachable, 3)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = newClient(t, v, approvalclient.Options{}).Inbox(ctx, anybody)
	require.ErrorIs(t, err, context.Canceled)
}

func TestInboxListsWorkflowOnce(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 3, gates: 2, duplicates: true}
	page, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), anybody)
	require.NoError(t, err)
	require.Len(t, page.Items, 6, "visibility still lists the run before, too")
}

func TestInboxStopsAskingRunWithoutProgress(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 3, gates: 2, alwaysMore: true}
	page, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), anybody)
	require.NoError(t, err)
	require.Len(t, page.Items, 6)
	require.EqualValues(t, 6, v.asked.Load(), "each once more, and then never again")
}
