package policy_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A field that is not known, or not spelled so, is an error wherever it stands:
// encoding/json would leave it out, and a rule with it.
func TestMisspeltFieldsAreRefused(t *testing.T) {
	t.Parallel()
	const known = `"stages":[{"rules":[{"need":1,"from":{"users":["ann"]}}]}]`
	for data, want := range map[string]string{
		`{` + known + `,"barrred":["eve"]}`:                               `policy: the field "barrred" is not known; write one of need, group, veto, deadline, stages, auto, `,
		`{` + known + `,"Barred":["eve"]}`:                                `policy: the field "Barred" is not known; `,
		`{` + known + `,"rejectFor":["x"],"rejectFor":[]}`:                `policy: the field "rejectFor" stands twice; write it once`,
		`{` + known + `,"excluded":["eve"],"BARRED":[]}`:                  `policy: the field "BARRED" is not known; `,
		`{` + known + `,"excluded":["eve"],"bar\u0072ed":[]}`:             `policy: the field "excluded" stands twice; write it once`,
		`{` + known + `,"u` + "\u017f" + `eBy":"1h"}`:                     "policy: the field \"u\u017feBy\" is not known; ",
		`{` + known + `,"":1}`:                                            `policy: the field "" is not known; `,
		`{"stages":[{"rules":[],"vetos":2}]}`:                             `policy: the field "vetos" is not known; write one of name, rules, veto, deadline, onTimeout, remind, ladder`,
		`{"stages":[{"rules":[{"need":1,"needs":2}]}]}`:                   `policy: the field "needs" is not known; write one of name, need, all, from`,
		`{"stages":[{"rules":[{"from":{"group":["fin"]}}]}]}`:             `policy: the field "group" is not known; write one of users, groups, except`,
		`{"stages":[{"ladder":[{"after":"1h","replaces":true}]}]}`:        `policy: the field "replaces" is not known; write one of after, rule, to, replace`,
		`{"stages":[{"ladder":[{"after":"1h","to":{"exept":["eve"]}}]}]}`: `policy: the field "exept" is not known; write one of users, groups, except`,
		`{"` + strings.Repeat("x", 300) + `":1}`:                          `policy: the field "` + strings.Repeat("x", 40) + `" is not known; `,
	} {
		var p policy.Policy
		require.ErrorContains(t, json.Unmarshal([]byte(data), &p), want, data)
	}
	var bands policy.Tiers
	err := json.Unmarshal([]byte(`[{"bellow":5,"policy":{"auto":"x"}},{"policy":{"auto":"y"}}]`), &bands)
	require.ErrorContains(t, err, `policy: the field "bellow" is not known; write one of below, negative, policy`)
	for _, data := range []string{`[]`, `1`, `"x"`, `true`, `{"need":"x"}`, `{`, `{"need":1]`} {
		var p policy.Policy
		require.Error(t, json.Unmarshal([]byte(data), &p), data)
	}
	p := policy.Quorum(1, "finance")
	require.NoError(t, json.Unmarshal([]byte(`null`), &p))
	require.Equal(t, policy.Quorum(1, "finance"), p, "null is no value")
}

// What is written can be read, and one letter more or less in a field's name is an
// error.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := aPolicy(t, 3, "finance", "hr")
		p.ValidFor = time.Duration(rapid.IntRange(0, 5).Draw(t, "useBy")) * hour
		data := text(t, p)
		var back policy.Policy
		require.NoError(t, json.Unmarshal([]byte(data), &back))
		require.JSONEq(t, data, text(t, back))
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
		require.ErrorContains(t, json.Unmarshal([]byte(data[:at]+wrong+data[end:]), &back), " is not known; write one of ", wrong)
	})
}

// null is no duration, and less than a second or more than a hundred years is none
// that anyone means.
func TestDurationsThatNobodyMeans(t *testing.T) {
	t.Parallel()
	var p policy.Policy
	require.NoError(t, json.Unmarshal([]byte(`{"need":1,"group":"finance","deadline":null,"maxExtend":null}`), &p))
	require.Equal(t, policy.Quorum(1, "finance"), p)
	const century = 100 * 365 * 24 * time.Hour
	for name, set := range map[string]func(d time.Duration) policy.Policy{
		"deadline":  func(d time.Duration) policy.Policy { return policy.Policy{Need: 1, Group: "f", Deadline: d} },
		"maxExtend": func(d time.Duration) policy.Policy { return policy.Policy{Need: 1, Group: "f", MaxExtend: d} },
		"validFor":  func(d time.Duration) policy.Policy { return policy.Policy{Need: 1, Group: "f", ValidFor: d} },
		"stage 1: deadline": func(d time.Duration) policy.Policy {
			return policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}, Deadline: d})
		},
		"stage 1: remind": func(d time.Duration) policy.Policy {
			return policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}, Reminders: []time.Duration{d}, Deadline: longer(d)})
		},
		"stage 1: after of escalation 1": func(d time.Duration) policy.Policy {
			e := policy.Escalation{After: d, To: users("zoe")}
			return policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}, Escalations: []policy.Escalation{e}, Deadline: longer(d)})
		},
	} {
		for _, d := range []time.Duration{1, 3600, time.Second - 1} {
			says(t, name+" is "+d.String()+`, which is less than a second; write a duration with its unit, such as "72h"`, set(d).Validate())
		}
		require.NoError(t, set(time.Second).Validate(), name)
		if !strings.Contains(name, "remind") { // it is less than a deadline, which is bounded
			for _, d := range []time.Duration{time.Duration(century) + 1, math.MaxInt64 - 1} {
				require.ErrorContains(t, set(d).Validate(), name+" is "+d.String()+"; set at most 876000h0m0s", name)
			}
		}
	}
	require.NoError(t, policy.Policy{Need: 1, Group: "f", Deadline: policy.NoDeadline}.Validate())
	says(t, "maxExtend is none; set at most 876000h0m0s", policy.Policy{Need: 1, Group: "f", MaxExtend: policy.NoDeadline}.Validate())
	require.NoError(t, policy.Policy{Need: 1, Group: "f", MaxExtend: time.Duration(century)}.Validate())
}

// longer is a deadline that is good, and after d.
func longer(d time.Duration) time.Duration {
	if d < time.Minute {
		return hour
	}
	return policy.NoDeadline
}
