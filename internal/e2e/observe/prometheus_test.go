//go:build observe

package observe_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

const (
	soon = time.Minute // what comes without doubt, on a busy machine
	tick = 200 * time.Millisecond
)

// config reads the targets often, so that the test need not wait for them.
const config = `
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}
rule_files: [%q]
scrape_configs:
  - job_name: orders
    static_configs: [{targets: ["%s"]}]
`

// A prometheus is a server with the rules of deploy/observe.
type prometheus struct{ url string }

// startPrometheus starts Debian's Prometheus on loopback. It ends with the test.
func startPrometheus(t *testing.T, targets ...string) prometheus {
	t.Helper()
	program, err := exec.LookPath("prometheus")
	require.NoError(t, err, "there is no Prometheus; run: apt-get install prometheus")
	dir := t.TempDir()
	rules, err := filepath.Abs(files + "alerts.yaml")
	require.NoError(t, err)
	file := filepath.Join(dir, "prometheus.yaml")
	require.NoError(t, os.WriteFile(file, fmt.Appendf(nil, config, rules, strings.Join(targets, `","`)), 0o600))
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	log, err := os.Create(filepath.Join(dir, "log"))
	require.NoError(t, err)
	//nolint:gosec // the program of the system
	c := exec.CommandContext(t.Context(), program, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+address)
	c.Stdout, c.Stderr = log, log
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	p := prometheus{url: "http://" + address}
	require.Eventually(t, func() bool {
		text, status := p.get(t, "/-/ready")
		return status == http.StatusOK && text != ""
	}, soon, tick, "Prometheus is not ready")
	return p
}

// get returns what the server answers, and no status if it does not.
func (p prometheus) get(t *testing.T, path string) (text string, status int) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+path, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", 0
	}
	defer response.Body.Close()
	var body json.RawMessage
	_ = json.NewDecoder(response.Body).Decode(&body)
	return string(body) + " ", response.StatusCode
}

// values evaluates an expression now and returns its values; those that are no numbers
// are left out.
func (p prometheus) values(t *testing.T, expr string) []float64 {
	t.Helper()
	text, status := p.get(t, "/api/v1/query?query="+url.QueryEscape(expr))
	require.Equal(t, http.StatusOK, status, "%s: %s", expr, text)
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	var values []float64
	for _, r := range answer.Data.Result {
		number, _ := r.Value[1].(string)
		value, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err, expr)
		if !math.IsNaN(value) {
			values = append(values, value)
		}
	}
	return values
}

// requireHealthyRules asserts that the server could evaluate each rule, and could write
// the annotations of those that hold.
func (p prometheus) requireHealthyRules(t *testing.T, want int) {
	t.Helper()
	text, status := p.get(t, "/api/v1/rules")
	require.Equal(t, http.StatusOK, status)
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct {
					Name, Health, LastError string
					Alerts                  []struct{ Annotations map[string]string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	n := 0
	for _, g := range answer.Data.Groups {
		for _, r := range g.Rules {
			n++
			require.Equal(t, "ok", r.Health, "%s: %s", r.Name, r.LastError)
			for _, a := range r.Alerts {
				for _, text := range a.Annotations {
					require.NotContains(t, text, "<error", r.Name)
					require.NotContains(t, text, "<no value>", r.Name)
				}
			}
		}
	}
	require.Equal(t, want, n)
}
