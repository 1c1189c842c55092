package policyfile_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile"
)

// wanted is the policy of each form below.
func wanted() policy.Policy {
	p := policy.Stages(policy.Stage{
		Name:        "check",
		Rules:       []policy.Rule{{Need: 2, From: policy.Selector{Groups: []string{"finance"}, Except: []string{"tom"}}}},
		Deadline:    72 * time.Hour,
		Reminders:   []time.Duration{24 * time.Hour, time.Hour},
		Escalations: []policy.Escalation{{After: 36 * time.Hour, To: policy.Selector{Users: []string{"boss"}}, Replace: true}},
		OnTimeout:   policy.RejectOnTimeout,
	}, policy.Stage{Rules: []policy.Rule{{All: true, From: policy.Selector{Users: []string{"ann", "no"}}}}, Deadline: policy.NoDeadline})
	p.MaxRounds, p.FinalVotes, p.RequireCommentOn = 2, true, []policy.Choice{policy.ChoiceReject}
	return p
}

const inYAML = `# Two of finance, then ann and no.
stages:
  - name: check
    rules:
      - need: 2
        from: {groups: [finance], except: [tom]}
    deadline: 72h
    reminders: [24h, 1h]
    escalations:
      - after: 36h
        to:
          users:
            - boss
        replace: true
    onTimeout: reject
  - rules:
      - all: true
        from:
          users: [ann, no]
    deadline: none
maxRounds: 2
finalVotes: true
requireCommentOn: ["reject"]
`

func TestParse(t *testing.T) {
	t.Parallel()
	data, err := json.MarshalIndent(wanted(), "", "\t")
	require.NoError(t, err)
	for name, text := range map[string]string{
		"JSON": string(data), "YAML": inYAML, "YAML with a byte order mark": "\ufeff" + inYAML, "YAML that begins with ---": "---\n" + inYAML,
		"YAML with carriage returns": strings.ReplaceAll(inYAML, "\n", "\r\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := policyfile.Parse([]byte(text))
			require.NoError(t, err)
			require.Equal(t, []string{""}, f.Names())
			p, err := f.Policy("", -5)
			require.NoError(t, err)
			require.Equal(t, wanted(), p)
		})
	}
}

func TestParseNamedPolicies(t *testing.T) {
	t.Parallel()
	f, err := policyfile.Parse([]byte(`
policies:
  leave: {stages: [{rules: [{need: 1, from: {groups: [managers]}}]}]}
  expense:
    - below: 10000
      policy: {autoApprove: below 100 euros}
    - policy: {stages: [{rules: [{need: 2, from: {groups: [finance]}}]}]}
`))
	require.NoError(t, err)
	require.Equal(t, []string{"leave", "expense"}, f.Names())
	require.Equal(t, []bool{false, true}, []bool{f.Entries[0].HasTiers, f.Entries[1].HasTiers})
	p, err := f.Policy("leave", 0)
	require.NoError(t, err)
	require.Equal(t, policy.Quorum(1, "managers"), p)
	p, err = f.Policy("expense", 10_000)
	require.NoError(t, err)
	require.Equal(t, policy.Quorum(2, "finance"), p)
	_, err = f.Policy("expense", -1)
	require.ErrorContains(t, err, "no tier takes negative amounts")
	_, err = f.Policy("expenses", 0)
	require.EqualError(t, err, `policyfile: there is no policy "expenses"; name one of leave, expense`)
}

func TestParseTiers(t *testing.T) {
	t.Parallel()
	tiers := `[{"below": 5, "allowNegative": true, "policy": {"autoApprove": "x"}}, {"policy": {"autoApprove": "y"}}]`
	f, err := policyfile.Parse([]byte(tiers))
	require.NoError(t, err)
	require.Equal(t, policy.Tiers{
		{Below: 5, AllowNegative: true, Policy: policy.Policy{AutoApprove: "x"}}, {Policy: policy.Policy{AutoApprove: "y"}},
	}, f.Entries[0].Tiers)
}

func TestParseMembers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"finance": ["ann", "bob"], "legal": []}`, "finance: [ann, bob]\nlegal: []\n"} {
		members, err := policyfile.ParseMembers([]byte(text))
		require.NoError(t, err)
		require.Equal(t, policy.GroupMembers{"finance": {"ann", "bob"}, "legal": {}}, members)
	}
	for text, want := range map[string]string{
		"a: [x]\na: [y]": `policyfile: line 2, column 1: a: the group occurs twice; write it once`,
		"a: x":           `policyfile: line 1, column 4: a: the value is text; write a list`,
		"a: [1]":         `policyfile: line 1, column 5: a[0]: the value is a number; write text, in quotes`,
		"- a":            `policyfile: line 1, column 1: the value is a list; write the groups as fields, each with a list of members`,
		"":               `policyfile: line 1, column 1: the file is empty; write a policy`,
	} {
		_, err := policyfile.ParseMembers([]byte(text))
		require.EqualError(t, err, want)
	}
}
