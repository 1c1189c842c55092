package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// encoding/json would ignore an unknown field, and a rule with it.
func TestUnknownFieldsAreErrors(t *testing.T) {
	t.Parallel()
	const known = `"stages":[{"rules":[{"need":1,"from":{"users":["ann"]}}]}]`
	for name, c := range map[string]struct{ data, want string }{
		"misspelled": {
			`{` + known + `,"exclude":["eve"]}`,
			`policy: the field "exclude" is unknown; write one of stages, autoApprove, `,
		},
		"in upper case": {`{` + known + `,"Excluded":["eve"]}`, `policy: the field "Excluded" is unknown; `},
		"twice": {
			`{` + known + `,"rejectReasons":["x"],"rejectReasons":[]}`,
			`policy: the field "rejectReasons" occurs twice; write it once`,
		},
		"in two cases": {`{` + known + `,"excluded":["eve"],"EXCLUDED":[]}`, `policy: the field "EXCLUDED" is unknown; `},
		"twice, escaped": {
			`{` + known + `,"excluded":["eve"],"exclu\u0064ed":[]}`,
			`policy: the field "excluded" occurs twice; write it once`,
		},
		"with a long s":             {`{` + known + `,"maxRound` + "\u017f" + `":1}`, "policy: the field \"maxRound\u017f\" is unknown; "},
		"empty":                     {`{` + known + `,"":1}`, `policy: the field "" is unknown; `},
		"a group beside the stages": {`{"need":1,"group":"finance"}`, `policy: the field "need" is unknown; `},
		"of a stage": {
			`{"stages":[{"rules":[],"veto":2}]}`,
			`policy: the field "veto" is unknown; write one of name, rules, rejectThreshold, deadline, onTimeout, reminders, ` +
				`remindAfter, remindEvery, escalations`,
		},
		"of a rule": {
			`{"stages":[{"rules":[{"need":1,"needs":2}]}]}`,
			`policy: the field "needs" is unknown; write one of name, need, all, from`,
		},
		"of a selector": {
			`{"stages":[{"rules":[{"from":{"group":["fin"]}}]}]}`,
			`policy: the field "group" is unknown; write one of users, groups, except`,
		},
		"of an escalation": {
			`{"stages":[{"escalations":[{"after":"1h","replaces":true}]}]}`,
			`policy: the field "replaces" is unknown; write one of after, rule, to, replace`,
		},
		"very long": {`{"` + strings.Repeat("x", 300) + `":1}`, `policy: the field "` + strings.Repeat("x",
			40) + `" is unknown; `},
	} {
		var p policy.Policy
		require.ErrorContains(t, json.Unmarshal([]byte(c.data), &p), c.want, name)
	}
	var tiers policy.Tiers
	err := json.Unmarshal([]byte(`[{"bellow":5,"policy":{"autoApprove":"x"}}]`), &tiers)
	require.ErrorContains(t, err, `policy: the field "bellow" is unknown; write one of below, allowNegative, policy`)
	for _, data := range []string{`[]`, `1`, `"x"`, `true`, `{"maxRounds":"x"}`, `{`, `{"maxRounds":1]`} {
		var p policy.Policy
		require.Error(t, json.Unmarshal([]byte(data), &p), data)
	}
	p := policy.Quorum(1, "finance")
	require.NoError(t, json.Unmarshal([]byte(`null`), &p))
	require.Equal(t, policy.Quorum(1, "finance"), p, "null changes nothing")
}

// anyPolicy draws a policy with most fields; it need not be valid.
func anyPolicy(t *rapid.T) policy.Policy {
	duration := rapid.Map(rapid.IntRange(0, 5), func(n int) time.Duration { return time.Duration(n) * hour })
	name := rapid.SampledFrom([]string{"ann", "bob", ""})
	selector := rapid.Custom(func(t *rapid.T) policy.Selector {
		return policy.Selector{Users: rapid.SliceOfN(name, 1, 3).Draw(t, "users"), Groups: []string{"g"}, Except: []string{"zoe"}}
	})
	stage := rapid.Custom(func(t *rapid.T) policy.Stage {
		return policy.Stage{
			Name: name.Draw(t, "name"), Rules: []policy.Rule{{Name: "r", Need: 1, From: selector.Draw(t, "from")}},
			RejectThreshold: rapid.IntRange(0, 2).Draw(t, "threshold"), OnTimeout: policy.RejectOnTimeout,
			Deadline:    rapid.SampledFrom([]time.Duration{0, hour, policy.NoDeadline}).Draw(t, "deadline"),
			Reminders:   []time.Duration{duration.Draw(t, "reminder")},
			RemindAfter: []time.Duration{duration.Draw(t, "remindAfter")}, RemindEvery: duration.Draw(t, "remindEvery"),
			Escalations: []policy.Escalation{{After: duration.Draw(t, "after"), To: selector.Draw(t, "to"), Replace: true}},
		}
	})
	return policy.Policy{
		Stages: rapid.SliceOfN(stage, 1, 3).Draw(t, "stages"), MaxExtend: duration.Draw(t, "maxExtend"), ValidFor: duration.Draw(t, "validFor"),
		FinalVotes: true, Excluded: []string{"max"}, RequireCommentOn: []policy.Choice{policy.ChoiceReject},
	}
}

// A policy survives JSON, and one letter more or less in the name of a field is an error.
func TestJSONRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := anyPolicy(t)
		data := toJSON(t, p)
		var back policy.Policy
		require.NoError(t, json.Unmarshal([]byte(data), &back))
		require.Equal(t, p, back)
		require.Equal(t, fmt.Sprint(p.Validate()), fmt.Sprint(back.Validate()))

		var names []int // where the names of fields begin
		for i := range len(data) - 1 {
			if data[i] == '"' && strings.ContainsAny(data[i-1:i], "{,") && strings.Contains(data[i+1:], `":`) {
				if end := i + 1 + strings.IndexByte(data[i+1:], '"'); data[end+1] == ':' {
					names = append(names, i+1)
				}
			}
		}
		at := rapid.SampledFrom(names).Draw(t, "at")
		end := at + strings.IndexByte(data[at:], '"')
		wrong := rapid.SampledFrom([]string{
			data[at+1 : end], data[at:end] + "s", strings.ToUpper(data[at:end]), strings.ToUpper(data[at:at+1]) + data[at+1:end], " " + data[at:end],
		}).Draw(t, "wrong")
		require.ErrorContains(t, json.Unmarshal([]byte(data[:at]+wrong+data[end:]), &back), " is unknown; write one of ", wrong)
	})
}

// Whatever is in a configuration file, nothing panics, and a valid policy survives JSON.
func FuzzPolicy(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"autoApprove":"small"}`, `{"stages":[{"rules":[{"need":1,"from":{"groups":["f"]}}],"deadline":"none",` +
			`"rejectThreshold":3}]}`,
		`{"stages":[{"rules":[{"name":"x","all":true,"from":{"users":["ann","eve"]}}],"escalations":[{"after":"1h",` +
			`"to":{"users":["bob"]},"replace":true}],"reminders":["2h"]}]}`,
		`{"stages":[{"rules":[{"need":1,"from":{"groups":["fin","hr"],"except":["tom"]}}],"onTimeout":"approve"}],"maxRounds":3,` +
			`"allowEdits":true,"requireCommentOn":["reject"]}`,
		`{"rejectReasons":["price"],"excluded":["x"],"finalVotes":true,"allowDelegation":true,"maxExtend":"1h","validFor":3600000000000}`,
	} {
		f.Add(seed)
	}
	o := policy.LintOptions{Requester: "eve", GroupMembers: policy.GroupMembers{"hr": {"joe", "zoe"}}}
	f.Fuzz(func(t *testing.T, data string) {
		var p policy.Policy
		if json.Unmarshal([]byte(data), &p) != nil {
			return
		}
		invalid := p.Validate()
		if linted := policy.Lint(p, o); invalid != nil {
			require.Equal(t, invalid, linted)
			return
		}
		written := toJSON(t, p)
		var back policy.Policy
		require.NoError(t, json.Unmarshal([]byte(written), &back))
		require.Equal(t, written, toJSON(t, back))
		require.NoError(t, back.Validate())
	})
}
