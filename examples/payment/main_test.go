package main

import (
	"bytes"
	"context"
	"log"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// The program's workers are this binary again.
func TestMain(m *testing.M) {
	if setup := os.Getenv(workerEnv); setup != "" {
		if err := work(setup); err != nil {
			log.Fatal(err)
		}
		return
	}
	server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Stop()
	// The program under test must find this server and no other.
	if err := os.Setenv("TEMPORAL_ADDRESS", server.ClientOptions.HostPort); err != nil {
		log.Fatal(err) //nolint:gocritic // the server ends with its parent
	}
	m.Run()
}

func TestRun(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"with keys":       {nil, `charged 1 times, by [1-4] requests`},
		"without keys":    {[]string{"-ignore-keys"}, `charged 1 times, by 1 requests`},
		"without a guard": {[]string{"-ignore-keys", "-bare"}, `charged 4 times, by 4 requests`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, run(t.Context(), c.args, &out), "%s", &out)
			require.Regexp(t, c.want, out.String())
			require.Len(t, regexp.MustCompile(`worker \d was killed`).FindAllString(out.String(), -1), deaths)
		})
	}
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{"-store", "postgres://127.0.0.1:1/none?connect_timeout=1"}, &out), "check that it runs")
}
