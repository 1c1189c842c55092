//go:build docker

package compose_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const tick = 250 * time.Millisecond

// compose runs Compose on the file of the stack.
func compose(t *testing.T, args ...string) {
	t.Helper()
	base := []string{"--file", "../../../deploy/compose.yaml", "--project-directory", "../../../deploy", "--profile", "observe"}
	require.NoError(t, command(t.Context(), "docker-compose", append(base, args...)...))
}

// TestPrometheusReadsTheStack starts the part of the profile "observe" for which Debian
// has a program: it has no Grafana, whose files the suite observe checks.
func TestPrometheusReadsTheStack(t *testing.T) {
	compose(t, "up", "--detach", "prometheus")
	t.Cleanup(func() {
		require.NoError(t, command(context.Background(), "docker", "rm", "--force", "orders_prometheus_1"))
	})
	var answer struct {
		Data struct {
			ActiveTargets []struct {
				Labels    map[string]string
				Health    string
				LastError string
			}
		}
	}
	require.Eventually(t, func() bool {
		up := map[string]int{}
		if !ask(t, "/api/v1/targets", &answer) {
			return false
		}
		for _, target := range answer.Data.ActiveTargets {
			if target.Health == "up" {
				up[target.Labels["job"]]++
			}
		}
		return up["orders"] == 2 && up["temporal"] == 1
	}, patience, tick, "%+v", &answer)
	var rules struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health string }
			}
		}
	}
	require.True(t, ask(t, "/api/v1/rules", &rules))
	require.Len(t, rules.Data.Groups, 4)
	var waiting struct{ Data struct{ Result []any } }
	require.Eventually(t, func() bool {
		return ask(t, "/api/v1/query?query=temporal_patterns_approvals_waiting", &waiting) && len(waiting.Data.Result) == 2
	}, patience, tick)
}

// ask reads what Prometheus answers, and returns false when it does not.
func ask(t *testing.T, path string, into any) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:9090"+path, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK && json.NewDecoder(response.Body).Decode(into) == nil
}

// TestOrdersGoOnWithoutUI kills the container that people look at only.
func TestOrdersGoOnWithoutUI(t *testing.T) {
	id := "blind-" + rand.Text()[:6]
	docker(t, "kill", containers(t)["ui_1"])
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
	require.Equal(t, "exited", docker(t, "inspect", "--format", "{{.State.Status}}", containers(t)["ui_1"]))
	docker(t, "start", containers(t)["ui_1"])
}
