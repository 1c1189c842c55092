package policyfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile"
)

// TestProblems shows that each problem has its line, column and field, and says what to do.
func TestProblems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"misspelled in YAML": {
			"stages:\n  - rules:\n      - needs: 1\n        from: {groups: [f]}\n",
			`line 3, column 9: stages[0].rules[0].needs: the field is unknown; write "need"`,
		},
		"misspelled in JSON": {
			"{\"stages\": [\n\t{\"rules\": [{\"ned\": 1}]}\n]}", `line 2, column 14: stages[0].rules[0].ned: the field is unknown; write "need"`,
		},
		"upper case": {"Stages: []\n", `line 1, column 1: Stages: the field is unknown; write "stages"`},
		"far from any field": {
			"autoApprove: x\nrules: [{from: {}, quorum: 1}]\n", "line 2, column 1: rules: the field is unknown; write one of stages, " +
				"autoApprove, allowRequester, excluded, finalVotes, requireCommentOn, rejectReasons, allowRepeat, foldCase, maxRounds, allowEdits, " +
				"allowDelegation, maxExtend, validFor",
		},
		"twice in YAML": {
			"excluded: [eve]\nautoApprove: x\nexcluded: []\n", "line 3, column 1: excluded: the field occurs twice, first in line 1; write it once",
		},
		"twice in JSON, escaped": {
			`{"autoApprove": "x", "autoApprov\u0065": "y"}`,
			"line 1, column 22: autoApprove: the field occurs twice, first in line 1; write it once",
		},
		"a number of seconds": {
			"autoApprove: x\nvalidFor: 3600\n",
			`line 2, column 11: validFor: the duration is "3600"; write text with a unit, such as "72h" or "30m", or "none"`,
		},
		"days": {
			`{"autoApprove": "x", "maxExtend": "3d"}`,
			`line 1, column 35: maxExtend: the duration is "3d"; write text with a unit, such as "72h" or "30m", or "none"`,
		},
		"no value":          {"autoApprove:\n", "line 1, column 13: autoApprove: there is no value; write one, or leave the field out"},
		"null":              {`{"stages": null}`, "line 1, column 12: stages: there is no value; write one, or leave the field out"},
		"a number for text": {"autoApprove: 100\n", "line 1, column 14: autoApprove: the value is a number; write text, in quotes"},
		"a date for text":   {"autoApprove: 2026-01-01\n", "line 1, column 14: autoApprove: the value is a date; write text, in quotes"},
		"yes for true":      {"autoApprove: x\nfoldCase: yes\n", `line 2, column 11: foldCase: the value is "yes"; write true or false`},
		"text for a number": {
			"autoApprove: x\nmaxRounds: \"2\"\n", `line 2, column 12: maxRounds: the value is "2"; write a whole number, such as 2`,
		},
		"a broken number": {
			`{"autoApprove": "x", "maxRounds": 1.5}`,
			`line 1, column 35: maxRounds: the value is "1.5"; write a whole number, such as 2`,
		},
		"a list for a group": {"stages: {}\n", "line 1, column 9: stages: the value is an object; write a list"},
		"a text for a rule": {
			"stages:\n  - rules: [finance]\n",
			"line 2, column 13: stages[0].rules[0]: the value is text; write an object with fields: name, need, all, from",
		},
		"an alias":            {"stages: &a []\nexcluded: *a\n", "line 2, column 11: there is an alias; write the value out"},
		"a tag":               {"autoApprove: !!str 5\n", `line 1, column 14: there is a tag, "!!str"; leave it out`},
		"a number as a field": {"1: x\n", "line 1, column 1: the name of a field is not text; write it in quotes"},
		"a merge key":         {"autoApprove: x\n<<: {}\n", "line 2, column 1: <<: the field is unknown; write one of stages, autoApprove, "},
		"two documents": {
			"autoApprove: x\n---\nautoApprove: y\n",
			`line 2, column 1: a second document begins; write one document; put several`,
		},
		"two values of JSON": {
			"{\"autoApprove\": \"x\"}\n{}",
			"line 2, column 1: there is more after the end of the policy; write one value; ",
		},
		"JSON that ends":       {`{"stages": [`, "line 1, column 13: the JSON ends too early; close all braces, brackets and quotes"},
		"JSON with a comma":    {"{\n\"stages\": [],}", "line 2, column 14: this is not JSON (invalid character '}'"},
		"YAML with a tab":      {"stages:\n\t- rules: []\n", "line 2, column 1: this is not YAML (found character that cannot start any token)"},
		"empty":                {" \n", "line 1, column 1: the file is empty; write a policy"},
		"a comment only":       {"# nothing\n", "line 1, column 1: the file is empty; write a policy"},
		"not UTF-8":            {"autoApprove: \xff\n", "line 1, column 1: the file is not UTF-8; save it as UTF-8"},
		"too large":            {strings.Repeat("#", 1<<20+1), "line 1, column 1: the file has 1048577 bytes; write at most 1 MB"},
		"nested too deep":      {strings.Repeat("[", 100), "line 1, column 42: values nest too deep; "},
		"nested too deep YAML": {"x: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "values nest too deep; "},
		"text alone":           {"finance\n", "line 1, column 1: the value is text; write an object with fields: stages, "},
		"a long field": {
			`{"` + strings.Repeat("x", 60) + `": 1}`, "line 1, column 2: " + strings.Repeat("x", 40) + "…: the field is unknown; ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := policyfile.Parse([]byte(c.text))
			problems, ok := policyfile.AsProblems(err)
			require.True(t, ok)
			require.NotEmpty(t, problems)
			require.Contains(t, err.Error(), "policyfile: ")
			require.Contains(t, problems[0].String(), c.want)
			require.NotEmpty(t, problems[0].Advice)
		})
	}
}

// What policy.Validate says comes with the place of the policy, stage, rule or escalation.
func TestProblemsOfPolicies(t *testing.T) {
	t.Parallel()
	const text = `policies:
  good: {autoApprove: x}
  bad:
    stages:
      - rules:
          - need: 1
            from: {users: [ann]}
          - need: 0
            from: {groups: [f]}
        escalations:
          - after: 1000h
            to: {users: [bob]}
    maxRounds: 900
  tiers:
    - below: 5
      policy:
        stages: [{rules: []}]
    - policy: {}
  other:
    - below: 5
      policy: {autoApprove: x}
`
	_, err := policyfile.Parse([]byte(text))
	require.EqualError(t, err, strings.Join([]string{
		"policyfile: line 4, column 5: policies.bad: maxRounds is 900; set how often a request may be made, 1 to 100",
		"policyfile: line 8, column 13: policies.bad.stages[0].rules[1]: stage 1: rule 2 needs 0 approvals; write 1 to 100, or all",
		"policyfile: line 11, column 13: policies.bad.stages[0].escalations[0]: stage 1: escalation 1 is after 1000h0m0s, and the deadline is " +
			"after 168h0m0s; write more than 0 and less than that",
		"policyfile: line 17, column 18: policies.tiers[0].policy.stages[0]: tier 1: stage 1: there are 0 rules; write 1 to 20",
		"policyfile: line 18, column 15: policies.tiers[1].policy: tier 2: there are 0 stages; write 1 to 20, or autoApprove",
		"policyfile: line 20, column 5: policies.other: the last tier ends below 5; leave below out, so that it takes all other amounts",
	}, "\n"))
}

func TestProblemsOfNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"policies: {}": "line 1, column 1: policies: there is no policy; ",
		"policies: []": "line 1, column 11: policies: the value is a list; ",
		"policies: {a: {autoApprove: x}}\nversion: 2\n":        "line 2, column 1: version: there is a field beside \"policies\"; ",
		"policies: {a: {autoApprove: x}}\npolicies: {}\n":      "line 2, column 1: policies: the field occurs twice; ",
		"policies: {a: {autoApprove: x}, a: {autoApprove: x}}": "line 1, column 33: policies.a: there are two policies of that name; ",
		"policies: {\"\": {autoApprove: x}}":                   "line 1, column 12: policies.: the policy has no good name; ",
	} {
		_, err := policyfile.Parse([]byte(text))
		require.ErrorContains(t, err, "policyfile: "+want)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&text, "f%d: 1\n", i)
	}
	_, err := policyfile.Parse([]byte(text.String()))
	problems, _ := policyfile.AsProblems(err)
	require.Len(t, problems, 50)
	_, err = policyfile.Parse([]byte("policies:\n  " + strings.ReplaceAll(text.String(), "\n", "\n  ")))
	problems, _ = policyfile.AsProblems(err)
	require.Len(t, problems, 50)
}
