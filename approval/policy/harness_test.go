package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const hour = time.Hour

var tooLong = strings.Repeat("x", policy.MaxNameBytes+1)

// requester is the only thing known of a request in most tests.
var requester = policy.LintOptions{Requester: "eve"}

func users(ids ...string) policy.Selector   { return policy.Selector{Users: ids} }
func groups(all ...string) policy.Selector  { return policy.Selector{Groups: all} }
func rules(all ...policy.Rule) policy.Stage { return policy.Stage{Rules: all} }

func need(n int, from policy.Selector) policy.Rule { return policy.Rule{Need: n, From: from} }
func all(from policy.Selector) policy.Rule         { return policy.Rule{All: true, From: from} }

func named(name string, r policy.Rule) policy.Rule {
	r.Name = name
	return r
}

// escalated returns a policy of a stage with escalations, one after each hour.
func escalated(s policy.Stage, steps ...policy.Escalation) policy.Policy {
	for i := range steps {
		steps[i].After = time.Duration(i+1) * hour
	}
	s.Escalations = steps
	return policy.Stages(s)
}

func add(to policy.Selector, rule string) policy.Escalation {
	return policy.Escalation{To: to, Rule: rule}
}

func replace(to policy.Selector, rule string) policy.Escalation {
	return policy.Escalation{To: to, Rule: rule, Replace: true}
}

func many(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint(prefix, i)
	}
	return names
}

func toJSON(t require.TestingT, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// requireProblems compares the lines of an error, without the package's name. No line
// wants no error.
func requireProblems(t *testing.T, want []string, err error) {
	t.Helper()
	if len(want) == 0 {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		require.Regexp(t, "^policy: .*; ", line, "what is wrong; what to do")
		lines[i] = strings.TrimPrefix(line, "policy: ")
	}
	require.Equal(t, want, lines)
}
