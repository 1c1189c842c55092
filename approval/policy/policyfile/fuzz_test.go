package policyfile_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/policyfile"
)

// FuzzParse asserts that no file panics, that each problem says where it is and what to
// do, and that what is accepted survives JSON, as this package and encoding/json read it.
func FuzzParse(f *testing.F) {
	data, err := json.Marshal(wanted())
	require.NoError(f, err)
	for _, seed := range []string{
		inYAML, string(data), `[{"below":5,"policy":{"autoApprove":"x"}},{"policy":{"autoApprove":"y"}}]`,
		"policies: {a: {autoApprove: x}, b: [{policy: {autoApprove: y}}]}", "stages: [{rules: [{need: 1, from: {users: [é]}}], deadline: none}]",
		"- policy: {autoApprove: |\n    x}", "a: &x [*x]", "? a\n: b",
		"{\"stages\": [{\"rules\": [{\"need\": 01}]}]}", "---\n...\n---\n", "\ufeff{}",
		"\"\\ud800\"", "- - - - -", "!!binary x", "{autoApprove: x}", "stages: !<tag:yaml.org,2002:seq> []", "%YAML 1.1\n---\n{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := policyfile.Parse(data)
		_, _ = policyfile.ParseMembers(data)
		if err != nil {
			problems, ok := policyfile.AsProblems(err)
			require.True(t, ok)
			require.NotEmpty(t, problems)
			for _, p := range problems {
				require.Positive(t, p.Line)
				require.Positive(t, p.Column)
				require.NotEmpty(t, p.Text)
				require.NotEmpty(t, p.Advice)
			}
			return
		}
		require.NotEmpty(t, file.Entries)
		for _, e := range file.Entries {
			require.NoError(t, e.Tiers.Validate())
			written, err := json.Marshal(e.Tiers)
			require.NoError(t, err)
			again, err := policyfile.Parse(written)
			require.NoError(t, err, "%s", written)
			requireSame(t, e.Tiers, again.Entries[0].Tiers)
			var plain policy.Tiers
			require.NoError(t, json.Unmarshal(written, &plain))
			requireSame(t, e.Tiers, plain)
		}
		if first := file.Entries[0]; json.Valid(data) && first.Name == "" && !first.HasTiers {
			var plain policy.Policy
			require.NoError(t, json.Unmarshal(data, &plain))
			requireSame(t, plain, first.Tiers[0].Policy)
		}
	})
}

// requireSame compares values as JSON, where an empty list is no list.
func requireSame(t *testing.T, want, got any) {
	t.Helper()
	wanted, err := json.Marshal(want)
	require.NoError(t, err)
	written, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, string(wanted), string(written))
}
