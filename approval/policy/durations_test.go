package policy_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDurationsInJSON(t *testing.T) {
	t.Parallel()
	want := policy.Policy{
		Stages: []policy.Stage{{
			Deadline: policy.NoDeadline, Reminders: []time.Duration{90 * time.Second},
			Escalations: []policy.Escalation{{After: 1}},
		}},
		MaxExtend: hour,
	}
	var p policy.Policy
	data := `{"stages":[{"rules":null,"deadline":"none","reminders":["1m30s"],"escalations":[{"to":{},"after":1}]}],"maxExtend":"1h"}`
	require.NoError(t, json.Unmarshal([]byte(data), &p))
	require.Equal(t, want, p)
	require.JSONEq(
		t,
		`{"stages":[{"rules":null,"deadline":"none","reminders":["1m30s"],"escalations":[{"to":{},"after":"1ns"}]}],"maxExtend":"1h0m0s"}`,
		toJSON(t, want),
	)
	require.NoError(t, json.Unmarshal([]byte(`{"maxExtend":null}`), &p))
	require.Equal(t, hour, p.MaxExtend, "null changes nothing")
	for bad, text := range map[string]string{`"3 days"`: "3 days", `1.5`: "1.5", `""`: "", `[1]`: "[1]", `"none "`: "none "} {
		err := json.Unmarshal([]byte(`{"maxExtend":`+bad+`}`), &p)
		require.EqualError(t, err, fmt.Sprintf(`policy: %q is not a duration; write one like "72h", or "none"`, text))
	}
}

// A duration of less than a second is mostly a number without its unit.
func TestShortAndLongDurationsAreErrors(t *testing.T) {
	t.Parallel()
	const century = 100 * 365 * 24 * time.Hour
	longer := func(d time.Duration) time.Duration {
		if d < time.Minute {
			return hour
		}
		return policy.NoDeadline
	}
	stage := func(s policy.Stage) policy.Policy {
		s.Rules = []policy.Rule{need(1, users("ann"))}
		return policy.Stages(s)
	}
	for name, set := range map[string]func(d time.Duration) policy.Policy{
		"maxExtend":         func(d time.Duration) policy.Policy { p := policy.Quorum(1, "f"); p.MaxExtend = d; return p },
		"validFor":          func(d time.Duration) policy.Policy { p := policy.Quorum(1, "f"); p.ValidFor = d; return p },
		"stage 1: deadline": func(d time.Duration) policy.Policy { return policy.Quorum(1, "f").Within(d) },
		"stage 1: a reminder": func(d time.Duration) policy.Policy {
			return stage(policy.Stage{Reminders: []time.Duration{d}, Deadline: longer(d)})
		},
		"stage 1: after of escalation 1": func(d time.Duration) policy.Policy {
			return stage(policy.Stage{Escalations: []policy.Escalation{{After: d, To: users("zoe")}}, Deadline: longer(d)})
		},
	} {
		for _, d := range []time.Duration{1, 3600, time.Second - 1} {
			requireProblems(
				t,
				[]string{name + " is " + d.String() + `, which is less than a second; write a duration with its unit, such as "72h"`},
				set(d).Validate(),
			)
		}
		require.NoError(t, set(time.Second).Validate(), name)
		if !strings.Contains(name, "reminder") { // it is less than the deadline, which has its own limit
			for _, d := range []time.Duration{century + 1, math.MaxInt64 - 1} {
				require.ErrorContains(t, set(d).Validate(), name+" is "+d.String()+"; set at most 876000h0m0s", name)
			}
		}
	}
	p := policy.Quorum(1, "f").Within(policy.NoDeadline)
	require.NoError(t, p.Validate())
	p.MaxExtend = century
	require.NoError(t, p.Validate())
	p.MaxExtend = policy.NoDeadline
	requireProblems(t, []string{"maxExtend is none; set at most 876000h0m0s"}, p.Validate())
}
