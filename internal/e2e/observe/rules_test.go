//go:build observe

package observe_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestPromtoolAcceptsRules(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "promtool", "check", "rules", "--lint=all", files+"alerts.yaml").CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// The form of a unit test of promtool.
type (
	unitTests struct {
		RuleFiles          []string   `yaml:"rule_files"`
		EvaluationInterval string     `yaml:"evaluation_interval"`
		Tests              []unitTest `yaml:"tests"`
	}
	unitTest struct {
		Name        string        `yaml:"name"`
		Interval    string        `yaml:"interval"`
		InputSeries []inputSeries `yaml:"input_series"`
		Expressions []expression  `yaml:"promql_expr_test"`
	}
	inputSeries struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	}
	expression struct {
		Expr     string   `yaml:"expr"`
		EvalTime string   `yaml:"eval_time"`
		Samples  []sample `yaml:"exp_samples"`
	}
	sample struct {
		Labels string  `yaml:"labels"`
		Value  float64 `yaml:"value"`
	}
)

// TestEachAlertFiresInItsFaultOnly plays an hour. A fault begins after half of it. Until
// then no alert fires, and later that of the fault alone.
func TestEachAlertFiresInItsFaultOnly(t *testing.T) {
	t.Parallel()
	rules, err := filepath.Abs(files + "alerts.yaml")
	require.NoError(t, err)
	tests := unitTests{RuleFiles: []string{rules}, EvaluationInterval: "1m"}
	untested := map[string]bool{}
	for _, a := range alerts(t) {
		untested[a.Alert] = true
	}
	tests.Tests = append(tests.Tests, play("no fault", nil, firing(29), firing(59)))
	for _, f := range faults {
		delete(untested, f.alert)
		minute := f.minute
		if minute == 0 {
			minute = 42
		}
		tests.Tests = append(tests.Tests, play(f.name, f.series, firing(29), firing(minute, f.alert)))
	}
	require.Empty(t, untested, "these alerts have no fault that makes them fire")
	text, err := yaml.Marshal(tests)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "alerts_test.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	out, err := exec.CommandContext(t.Context(), "promtool", "test", "rules", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// play returns an hour of healthy series, with those of a fault in their place.
func play(name string, fault map[string]string, checks ...expression) unitTest {
	all := maps.Clone(healthy)
	maps.Copy(all, fault)
	u := unitTest{Name: name, Interval: "1m", Expressions: checks}
	for _, series := range slices.Sorted(maps.Keys(all)) {
		if all[series] != "" {
			u.InputSeries = append(u.InputSeries, inputSeries{Series: series, Values: all[series]})
		}
	}
	return u
}

// firing expects that these alerts fire at a minute, and no other.
func firing(minute int, names ...string) expression {
	e := expression{Expr: `group by (alertname) (ALERTS{alertstate="firing"})`, EvalTime: fmt.Sprintf("%dm", minute), Samples: []sample{}}
	for _, name := range names {
		e.Samples = append(e.Samples, sample{Labels: fmt.Sprintf(`{alertname=%q}`, name), Value: 1})
	}
	return e
}
