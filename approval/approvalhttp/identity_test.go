package approvalhttp_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// as is a site where everyone is that actor.
func as(t *testing.T, a policy.Actor) *site {
	t.Helper()
	return newSite(t, oneOfThem, func(o *approvalhttp.Options) {
		o.Authenticate = func(*http.Request) (policy.Actor, error) { return a, nil }
	})
}

// A person is known by their groups, however many they have and whatever else they
// are called: those count that the gate names.
func TestGroupsOfACaller(t *testing.T) {
	t.Parallel()
	many := []string{"finance"}
	for i := range 300 {
		many = append(many, fmt.Sprint("team-", i))
	}
	for name, c := range map[string]struct {
		groups []string
		sent   []string
		log    string
	}{
		"301 groups":         {many, []string{"finance"}, ""},
		"the same 300 times": {strings.Split(strings.Repeat("finance,", 300)+"finance", ","), []string{"finance"}, ""},
		"a long name besides": {
			[]string{strings.Repeat("g", 201), "finance"},
			[]string{"finance"},
			"groups that no policy can name; they are left out",
		},
		"no UTF-8 besides":      {[]string{"finance", "canary-\xff"}, []string{"finance"}, "groups=1"},
		"an empty name besides": {[]string{"", "finance"}, []string{"finance"}, "left out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := as(t, policy.Actor{ID: "ann", Groups: c.groups, Auth: "oidc"})
			require.Equal(t, http.StatusOK, s.send("", http.MethodGet, "/gates", "").status)
			a := s.post("", "/decide", approving)
			require.Equal(t, http.StatusOK, a.status, a.body)
			require.Equal(t, c.sent, s.fake.updates[0].Actor.Groups)
			require.Contains(t, s.log.String(), c.log)
			require.NotContains(t, s.log.String(), "canary")
			if c.log == "" {
				require.Empty(t, s.log.String())
			}
		})
	}
	t.Run("301 groups, and no worker says which ones matter", func(t *testing.T) {
		t.Parallel()
		s := as(t, policy.Actor{ID: "ann", Groups: many, Auth: "oidc"})
		s.fake.down = true
		a := s.post("", "/decide", approving)
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Contains(t, a.problem(t).Detail, "301 groups, more than the 200 that a vote may have")
		require.Empty(t, s.fake.signals)
	})
	t.Run("301 groups, none of which the gate names", func(t *testing.T) {
		t.Parallel()
		p := as(t, policy.Actor{ID: "ann", Groups: many[1:], Auth: "oidc"}).post("", "/decide", approving).problem(t)
		require.Equal(t, string(approval.ReasonNotEligible), p.Code)
	})
}

// An actor who could not decide anywhere is a mistake of the application, which its
// log explains. To sign in again would not help.
func TestAnActorWhoCannotDecideAnywhere(t *testing.T) {
	t.Parallel()
	for name, actor := range map[string]policy.Actor{
		"space around the ID": {ID: "canary ", Auth: "oidc"},
		"a long ID":           {ID: strings.Repeat("canary", 40), Auth: "oidc"},
		"no UTF-8":            {ID: "canary\xff", Auth: "oidc"},
		"no Auth":             {ID: "canary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := as(t, actor)
			for path, method := range map[string]string{
				"/gates": "GET", "/gate": "GET", "/decide": "POST", "/decide-many": "POST",
				"/change": "POST",
			} {
				a := s.send("", method, path, approving, jsonHeader)
				p := a.problem(t)
				require.Equal(t, http.StatusForbidden, p.Status)
				require.Equal(t, "InvalidActor", p.Code)
				require.Contains(t, p.Detail, "ask the operator of the site to look into its log")
				require.NotContains(t, a.body, "canary")
			}
			require.Contains(t, s.log.String(), "Options.Authenticate returns an actor who cannot decide anywhere")
			require.NotContains(t, s.log.String(), "canary")
			require.Empty(t, s.fake.updates)
		})
	}
}
