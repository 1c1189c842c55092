package observe_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPanels asserts that a reader of the dashboard knows what each panel shows.
func TestPanels(t *testing.T) {
	t.Parallel()
	var source struct {
		Datasources []struct{ UID, Type string }
	}
	readYAML(t, "datasource.yaml", &source)
	require.Len(t, source.Datasources, 1)
	var rows []string
	ids := map[int]bool{}
	for _, p := range dashboard(t) {
		require.NotEmpty(t, p.Title)
		require.False(t, ids[p.ID], "%s: the ID %d is there twice", p.Title, p.ID)
		ids[p.ID] = true
		if p.Type == "row" {
			rows = append(rows, p.Title)
			continue
		}
		require.NotEmpty(t, p.FieldConfig.Defaults.Unit, "%s has no unit", p.Title)
		require.Regexp(t, `^[A-Z][^.]*\.$`, strings.ReplaceAll(p.Description, "0.95", ""), "%s: the description is not one sentence", p.Title)
		require.Equal(t, source.Datasources[0].UID, p.Datasource.UID, p.Title)
		require.Equal(t, source.Datasources[0].Type, p.Datasource.Type, p.Title)
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			require.NotEmpty(t, target.RefID, p.Title)
			require.NotEmpty(t, target.Expr, p.Title)
			require.NotEmpty(t, target.LegendFormat, p.Title)
		}
	}
	require.Equal(t, []string{"Approvals", "Retries", "Idempotency", "Workers"}, rows)
}

// TestAlerts asserts that each alert says how bad it is and what to do, here and in
// docs/operations.md, and that the page has no other alerts.
func TestAlerts(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/operations.md")
	require.NoError(t, err)
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z]\\w+)` \\|").FindAllStringSubmatch(string(page), -1) {
		named[m[1]] = true
	}
	for _, a := range alerts(t) {
		lasts, err := time.ParseDuration(a.For)
		require.NoError(t, err, a.Alert)
		require.Positive(t, lasts, "%s fires at once, without \"for\"", a.Alert)
		require.Contains(t, []string{"critical", "warning"}, a.Labels.Severity, a.Alert)
		require.NotEmpty(t, a.Annotations.Summary, a.Alert)
		require.Regexp(t, `[.:;] .*\.$`, a.Annotations.Description, "%s: the description does not say what to do", a.Alert)
		require.True(t, named[a.Alert], "docs/operations.md does not say what to do about %s", a.Alert)
		delete(named, a.Alert)
	}
	require.Empty(t, named, "docs/operations.md names alerts that are not in alerts.yaml")
}

var (
	metricName  = regexp.MustCompile(`\b(?:temporal_\w+|up)\b`)
	metricEnd   = regexp.MustCompile(`(_total|_seconds_bucket|_seconds_count|_seconds_sum)$`)
	sdkConstant = regexp.MustCompile(`(?:TemporalMetricsPrefix|TemporalRequest|TemporalLongRequest) \+ "(\w+)"`)
)

// TestMetricsExist asserts that each metric of an expression is in docs/wire.md, or is
// one of the SDK.
func TestMetricsExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/wire.md")
	require.NoError(t, err)
	sdk := sdkMetrics(t)
	exist := func(where, expr string) {
		names := metricName.FindAllString(expr, -1)
		require.NotEmpty(t, names, where)
		for _, name := range names {
			base := metricEnd.ReplaceAllString(name, "")
			ours := strings.Contains(string(page), "| `"+base+"` |")
			require.True(t, ours || sdk[base] || name == "up", "%s: there is no metric %s in docs/wire.md or in the SDK", where, base)
		}
	}
	for _, p := range dashboard(t) {
		for _, target := range p.Targets {
			exist(p.Title, target.Expr)
		}
	}
	for _, a := range alerts(t) {
		exist(a.Alert, a.Expr)
	}
}

// sdkMetrics reads the names from the source of the SDK.
func sdkMetrics(t *testing.T) map[string]bool {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "go.temporal.io/sdk").Output()
	require.NoError(t, err)
	file := filepath.Join(strings.TrimSpace(string(dir)), "internal/common/metrics/constants.go")
	text, err := os.ReadFile(file) //nolint:gosec // the source of the SDK
	require.NoError(t, err)
	names := map[string]bool{"temporal_request": true, "temporal_long_request": true}
	for _, m := range sdkConstant.FindAllStringSubmatch(string(text), -1) {
		names["temporal_"+m[1]] = true
		names["temporal_request"+m[1]] = true
	}
	require.Greater(t, len(names), 40)
	return names
}

// TestProvisioning asserts that Grafana finds the dashboard, and Prometheus the rules,
// where compose.yaml mounts them.
func TestProvisioning(t *testing.T) {
	t.Parallel()
	var compose struct {
		Services map[string]struct{ Volumes []string }
	}
	readYAML(t, "../compose.yaml", &compose)
	mounted := func(service, file string) string {
		for _, v := range compose.Services[service].Volumes {
			if from, to, _ := strings.Cut(v, ":"); from == "./observe/"+file {
				return strings.TrimSuffix(to, ":ro")
			}
		}
		require.Fail(t, "compose.yaml does not mount "+file)
		return ""
	}
	var provider struct {
		Providers []struct {
			Type    string
			Options struct{ Path string }
		}
	}
	readYAML(t, "dashboards.yaml", &provider)
	require.Len(t, provider.Providers, 1)
	require.Equal(t, "file", provider.Providers[0].Type)
	require.Equal(t, provider.Providers[0].Options.Path, filepath.Dir(mounted("grafana", "dashboard.json")))
	require.Equal(t, "/etc/grafana/provisioning/dashboards", filepath.Dir(mounted("grafana", "dashboards.yaml")))
	require.Equal(t, "/etc/grafana/provisioning/datasources", filepath.Dir(mounted("grafana", "datasource.yaml")))
	var prometheus struct {
		RuleFiles []string `yaml:"rule_files"`
	}
	readYAML(t, "prometheus.yaml", &prometheus)
	require.Equal(t, []string{mounted("prometheus", "alerts.yaml")}, prometheus.RuleFiles)
}
