package compose_test

import (
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
)

// load reads compose.yaml by the specification of Compose.
func load(t *testing.T) *types.Project {
	t.Helper()
	files := []string{"../../../deploy/compose.yaml"}
	options, err := cli.NewProjectOptions(files, cli.WithName("orders"), cli.WithProfiles([]string{"observe", "tool"}))
	require.NoError(t, err)
	project, err := options.LoadProject(t.Context())
	require.NoError(t, err)
	require.Len(t, project.Services, 11)
	return project
}

func TestComposeFile(t *testing.T) {
	t.Parallel()
	for name, s := range load(t).Services {
		_, tag, _ := strings.Cut(s.Image, ":")
		require.NotEmpty(t, tag, "%s: the image %q has no version", name, s.Image)
		require.NotEqual(t, "latest", tag, name)
		require.NotZero(t, s.MemLimit, "%s has no memory limit", name)
		require.Empty(t, s.EnvFiles, name)
		require.False(t, s.Privileged, name)
		for _, p := range s.Ports {
			require.Equal(t, "127.0.0.1", p.HostIP, "%s publishes port %s", name, p.Published)
		}
		for key, value := range s.Environment {
			secret := strings.Contains(strings.ToLower(key), "pass")
			if secret && value != nil {
				require.True(t, strings.HasPrefix(*value, "/run/secrets/"), "%s: %s is not the name of a secret's file", name, key)
			}
		}
		for needed, d := range s.DependsOn {
			require.True(t, d.Required, "%s needs %s", name, needed)
		}
	}
}

// TestStartOrder asserts that each service waits for what it needs, and not for a
// container that has only been created.
func TestStartOrder(t *testing.T) {
	t.Parallel()
	services := load(t).Services
	for _, want := range []struct{ service, needs, condition string }{
		{service: "schema", needs: "postgres", condition: types.ServiceConditionHealthy},
		{service: "temporal", needs: "schema", condition: types.ServiceConditionCompletedSuccessfully},
		{service: "namespace", needs: "temporal", condition: types.ServiceConditionHealthy},
		{service: "search-attributes", needs: "namespace", condition: types.ServiceConditionCompletedSuccessfully},
		{service: "worker", needs: "search-attributes", condition: types.ServiceConditionCompletedSuccessfully},
		{service: "worker", needs: "partners", condition: types.ServiceConditionHealthy},
	} {
		require.Equal(t, want.condition, services[want.service].DependsOn[want.needs].Condition, "%s on %s", want.service, want.needs)
	}
	require.NotNil(t, services["postgres"].HealthCheck)
	require.Contains(t, services["temporal"].HealthCheck.Test, "grpc-health-probe")
}

// TestWorkerHasTimeToStop asserts that SIGKILL comes later than the end of the last
// activity: the worker first reports that it is not ready, then ends requests within
// five seconds, then activities.
func TestWorkerHasTimeToStop(t *testing.T) {
	t.Parallel()
	worker := load(t).Services["worker"]
	needed := 5 * time.Second
	for _, key := range []string{"ORDER_DRAIN", "ORDER_STOP_WITHIN"} {
		d, err := time.ParseDuration(*worker.Environment[key])
		require.NoError(t, err)
		needed += d
	}
	require.NotNil(t, worker.StopGracePeriod)
	require.Greater(t, time.Duration(*worker.StopGracePeriod), needed)
	require.Equal(t, 2, worker.GetScale())
}
