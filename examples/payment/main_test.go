package main

import (
	"bytes"
	"log"
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

// TestMain runs a worker when this binary is started as one.
func TestMain(m *testing.M) {
	if config := os.Getenv(workerEnv); config != "" {
		if err := runWorker(config); err != nil {
			log.Fatal(err)
		}
		return
	}
	defer exampletest.Start().Stop()
	m.Run()
}

func TestChargesDespiteThreeKills(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"a service that honors keys":            {want: `charged 1 times, by [1-4] requests`},
		"a service that ignores keys":           {args: []string{"-ignore-keys"}, want: `charged 1 times, by 1 requests`},
		"a service that ignores keys, no guard": {args: []string{"-ignore-keys", "-bare"}, want: `charged 4 times, by 4 requests`},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, run(t.Context(), c.args, &out), "%s", &out)
			require.Regexp(t, c.want, out.String())
			if c.args == nil {
				exampletest.RequireShown(t, "payment", out.String())
			}
			require.Len(t, regexp.MustCompile(`worker \d was killed`).FindAllString(out.String(), -1), 3)
		})
	}
}

func TestUnusableStoreIsReportedBeforeTheWorkflowStarts(t *testing.T) {
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{"-store", "postgres://127.0.0.1:1/none?connect_timeout=1"}, &out), "check that it runs")
}
