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
			if c.args == nil {
				exampletest.RequireShown(t, "payment", out.String())
			}
			require.Len(t, regexp.MustCompile(`worker \d was killed`).FindAllString(out.String(), -1), crashes)
		})
	}
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{"-store", "postgres://127.0.0.1:1/none?connect_timeout=1"}, &out), "check that it runs")
}
