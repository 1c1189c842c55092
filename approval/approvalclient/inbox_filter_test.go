package approvalclient_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// queryOf is what visibility is asked for that filter.
func queryOf(t *testing.T, f approvalclient.Filter) string {
	t.Helper()
	v := &fakeServer{runs: 1, gates: 1}
	_, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), f)
	require.NoError(t, err)
	return v.query
}

// asked is all that a query can be, whatever the names are.
var asked = regexp.MustCompile(`^CloseTime IS NULL AND ApprovalPending IN \("many", "u[0-9a-v]{16}"(, "g[0-9a-v]{16}")*\)$`)

func TestInboxQuery(t *testing.T) {
	t.Parallel()
	require.Regexp(t, asked, queryOf(t, anybody))
	require.Equal(t, `CloseTime IS NULL AND ApprovalPending IS NOT NULL`, queryOf(t, approvalclient.Filter{All: true}))
	due := anybody
	due.DueBefore = time.Date(2030, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	require.Equal(t, queryOf(t, anybody)+` AND ApprovalDue < "2030-01-02T02:04:05Z"`, queryOf(t, due))

	// A user is not the group of the same name, nor another user.
	seen := map[string]bool{}
	for _, actor := range []policy.Actor{
		{ID: "ann"}, {ID: "Ann"}, {ID: "ann", Groups: []string{"ann"}}, {ID: "bob", Groups: []string{"ann"}}, {ID: "g ann"},
	} {
		q := queryOf(t, approvalclient.Filter{Actor: actor})
		require.False(t, seen[q], "%v", actor)
		seen[q] = true
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 7}
	c := newClient(t, v, approvalclient.Options{})
	n, err := c.Count(t.Context(), approvalclient.Filter{All: true, DueBefore: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), PageSize: -1})
	require.NoError(t, err)
	require.EqualValues(t, 7, n)
	require.Equal(t, `CloseTime IS NULL AND ApprovalPending IS NOT NULL AND ApprovalDue < "2030-01-02T03:04:05Z"`, v.query)
	require.Zero(t, v.asked.Load(), "no workflow is asked")
	_, err = c.Count(t.Context(), approvalclient.Filter{})
	require.ErrorIs(t, err, approval.ReasonMalformed, "it needs an actor, or All")
}

func FuzzInboxQuery(f *testing.F) {
	for _, name := range []string{
		"ann", `ann" OR ExecutionStatus = "Completed`, `")--`, "'; DROP TABLE executions", "\\", "%_*", "žluť",
		"a\x00b",
	} {
		f.Add(name, name)
	}
	f.Fuzz(func(t *testing.T, user, group string) {
		v := &fakeServer{runs: 1, gates: 1}
		_, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), approvalclient.Filter{Actor: policy.Actor{
			ID:     user,
			Groups: []string{group},
		}})
		if err != nil {
			require.ErrorIs(t, err, approval.ReasonMalformed)
			require.Empty(t, v.query, "nothing was asked")
			return
		}
		require.Regexp(t, asked, v.query)
	})
}

func TestInboxRefusesAFilter(t *testing.T) {
	t.Parallel()
	with := func(change func(*approvalclient.Filter)) approvalclient.Filter {
		f := anybody
		change(&f)
		return f
	}
	groups := make([]string, 201)
	for i := range groups {
		groups[i] = fmt.Sprint(i)
	}
	token := func(s string) approvalclient.Filter {
		return with(func(f *approvalclient.Filter) { f.Token = base64.RawURLEncoding.EncodeToString([]byte(s)) })
	}
	for name, f := range map[string]approvalclient.Filter{
		"nobody":          {},
		"a group alone":   {Actor: policy.Actor{Groups: []string{"finance"}}},
		"no UTF-8":        {Actor: policy.Actor{ID: "\xff"}},
		"a long name":     {Actor: policy.Actor{ID: strings.Repeat("a", 201)}},
		"an empty group":  {Actor: policy.Actor{ID: "ann", Groups: append(groups, "")}},
		"a negative page": with(func(f *approvalclient.Filter) { f.PageSize = -1 }),
		"a page of 201":   with(func(f *approvalclient.Filter) { f.PageSize = 201 }),
		"no token":        with(func(f *approvalclient.Filter) { f.Token = "a page, please" }),
		"half a token":    token(`{"list":`),
		"an empty token":  token(`{}`),
		"a token of 9 KB": token(`{"run":"` + strings.Repeat("a", 9<<10) + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &fakeServer{runs: 1, gates: 1}
			_, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), f)
			require.ErrorIs(t, err, approval.ReasonMalformed)
			require.Equal(t, approval.ReasonMalformed, reasonOf(err))
			require.Empty(t, v.query, "nothing was asked")
		})
	}
	t.Run("a token of another server is an error", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, &fakeServer{}, approvalclient.Options{}).Inbox(t.Context(), token(`{"list":"eA=="}`))
		require.ErrorContains(t, err, "the page token is broken")
	})
	t.Run("a cursor on a run that has ended lists the page again", func(t *testing.T) {
		t.Parallel()
		page, err := newClient(t, &fakeServer{runs: 3, gates: 1}, approvalclient.Options{}).Inbox(t.Context(), token(`{"run":"gone","gate":"0"}`))
		require.NoError(t, err)
		require.Len(t, page.Items, 3)
	})
}
