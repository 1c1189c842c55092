package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

const expenses = `policies:
  leave:
    stages: [{rules: [{need: 1, from: {groups: [managers]}}], deadline: 72h}]
  expense:
    - below: 10000
      policy: {autoApprove: below 100 euros}
    - policy:
        stages: [{rules: [{need: 2, from: {groups: [finance]}}]}]
`

// writer returns a function that writes a file and returns its path.
func writer(t *testing.T) func(name, text string) string {
	dir := t.TempDir()
	return func(name, text string) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return file
	}
}

func TestPolicyLint(t *testing.T) {
	t.Parallel()
	write := writer(t)
	type findings struct {
		File     string   `json:"file"`
		Problems []string `json:"problems"`
	}
	for name, text := range map[string]string{
		"JSON":                `{"stages": [{"rules": [{"need": 1, "from": {"groups": ["finance"]}}]}]}`,
		"YAML with two names": expenses,
	} {
		file := write("good", text)
		var found findings
		command(t, nil, "policy", "lint", file, "--requester", "eve", "-o", "json").into(t, &found)
		require.Equal(t, findings{File: file, Problems: []string{}}, found, name)
	}
	members := write("members.json", `{"finance": ["eve", "ann"], "managers": ["bob"]}`)
	got := command(t, nil, "policy", "lint", write("expenses.yaml", expenses), "--requester", "eve", "--members", members)
	require.Equal(t, exitRefused, got.code, got.stderr)
	require.Contains(t, got.stdout, "expense: tier 2: policy: ")

	got = command(t, nil, "policy", "lint", write("bad.json", `{"stagse": []}`))
	require.Equal(t, exitRefused, got.code)
	require.Contains(t, got.stdout, `line 1, column 2: stagse: the field is unknown; write "stages"`)
	require.Equal(t, exitNotFound, command(t, nil, "policy", "lint", filepath.Join(t.TempDir(), "none.json")).code)
	require.Equal(t, exitRefused, command(t, nil, "policy", "lint", members, "--members", write("people.yaml", "finance: ann")).code)
}

func TestPolicyExplain(t *testing.T) {
	t.Parallel()
	file := writer(t)("expenses.yaml", expenses)
	var all []explanation
	command(t, nil, "policy", "explain", file, "-o", "json").into(t, &all)
	require.Len(t, all, 2)
	require.Equal(t, "leave", all[0].Name)
	require.Contains(t, all[0].Sentences, "It needs the approval of 1 member of managers.")
	require.Equal(t, "expense", all[1].Name)
	table := command(t, nil, "policy", "explain", file).stdout
	for _, e := range all {
		for _, sentence := range e.Sentences {
			require.Contains(t, table, sentence)
		}
	}
	require.Equal(t, exitRefused, command(t, nil, "policy", "explain", writer(t)("bad.yaml", "stages: 1")).code)
}

func TestPolicySimulate(t *testing.T) {
	t.Parallel()
	write := writer(t)
	file, members := write("expenses.yaml", expenses), write("members.yaml", "finance: [ann, bob, cid, eve]")
	simulate := []string{"policy", "simulate", file, "--name", "expense", "--amount", "20000", "--requester", "eve", "--members", members}
	var r analysis.Result
	command(t, nil, append(simulate, "--vote", "ann=approve", "--vote", "eve=approve", "-o", "json")...).into(t, &r)
	require.Equal(t, policy.StateOpen, r.State)
	require.Empty(t, r.Votes[0].Refused)
	require.NotEmpty(t, r.Votes[1].Refused, "the requester")
	require.Len(t, r.Teams, 1)
	require.Equal(t, "one of bob, cid", r.Teams[0].String())
	table := command(t, nil, simulate...).stdout
	require.Contains(t, table, "2 of ann, bob, cid")
	require.Contains(t, table, "eve may not approve")

	command(t, nil, "policy", "simulate", file, "--name", "expense", "--amount", "1", "-o", "json").into(t, &r)
	require.Equal(t, policy.StateApproved, r.State, "the amount chooses the tier")
	require.Equal(t, exitUsage, command(t, nil, "policy", "simulate", file, "--name", "travel").code)
	require.Contains(t, command(t, nil, append(simulate, "--vote", "bob=reject")...).stdout, "rejected")
	few := write("few.yaml", "finance: [ann, eve]")
	got := command(t, nil, "policy", "simulate", file, "--name", "expense", "--amount", "20000", "--requester", "eve", "--members", few)
	require.Equal(t, exitRefused, got.code, "two of one person: %s", got.stdout)
}

func TestPolicyDiff(t *testing.T) {
	t.Parallel()
	write := writer(t)
	before := write("before.yaml", expenses)
	after := write("after.yaml", `policies:
  expense:
    - below: 5000
      policy: {autoApprove: below 100 euros}
    - policy:
        stages: [{rules: [{need: 3, from: {groups: [finance]}}]}]
  travel: {autoApprove: always}
`)
	var all []difference
	command(t, nil, "policy", "diff", before, after, "-o", "json").into(t, &all)
	require.Len(t, all, 3)
	require.Equal(t, difference{Name: "leave", Change: "removed"}, all[0])
	require.Equal(t, "changed", all[1].Change)
	require.Len(t, all[1].Tiers, 2)
	require.Equal(t, "from 5000 to 9999", all[1].Tiers[0].Amounts)
	require.Equal(t, "2", all[1].Tiers[1].Changes[0].Old)
	require.Equal(t, "3", all[1].Tiers[1].Changes[0].New)
	require.Equal(t, difference{Name: "travel", Change: "added"}, all[2])
	table := command(t, nil, "policy", "diff", before, after).stdout
	require.Contains(t, table, "from 5000 to 9999")
	require.Contains(t, table, "removed")
	command(t, nil, "policy", "diff", before, before, "-o", "json").into(t, &all)
	require.Empty(t, all)
	require.Equal(t, exitNotFound, command(t, nil, "policy", "diff", before, before+"x").code)
	require.Equal(t, exitRefused, command(t, nil, "policy", "diff", write("bad.yaml", "stages: 1"), before).code)
}
