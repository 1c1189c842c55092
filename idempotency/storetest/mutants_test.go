package storetest

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// mutant names the environment variable by which TestMutant learns what is
// wrong with its store.
const mutant = "STORETEST_MUTANT"

// TestMutant runs the suite on the reference. In a process that TestMutants has
// started the reference has a flaw, and the test fails.
func TestMutant(t *testing.T) {
	t.Parallel()
	m, known := mutants()[os.Getenv(mutant)]
	require.True(t, known || os.Getenv(mutant) == "", "the mutant is known")
	Run(t, func(*testing.T) Harness {
		s := newRefStore(m.flaws)
		return Harness{Store: s, Advance: s.Advance, Skew: s.Skew}
	})
}

// TestMutants wants each flaw to be found by the case that names what it
// breaks, and each case to find a flaw: one that cannot fail proves nothing.
func TestMutants(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	found := map[string][]string{} // mutants by the cases that fail
	t.Run("each is found", func(t *testing.T) {
		for name, m := range mutants() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				failed := failures(t, name, m.found)
				require.ElementsMatch(t, m.found, failed, "the mutant is found by these cases")
				mu.Lock()
				defer mu.Unlock()
				for _, c := range failed {
					found[c] = append(found[c], name)
				}
			})
		}
	})
	for _, c := range cases() {
		require.NotEmpty(t, found[c.name], "the case %q finds a mutant", c.name)
		t.Logf("%s\n\tfinds: %s", c.name, strings.Join(found[c.name], "; "))
	}
}

var failure = regexp.MustCompile(`(?m)^ +--- FAIL: TestMutant/(.+) \(`)

// failures are those of some cases that fail on a mutant, in a process of its
// own.
func failures(t *testing.T, name string, cases []string) []string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	only := strings.ReplaceAll(regexp.QuoteMeta(strings.Join(cases, "\n")), " ", "_")
	cmd := exec.CommandContext(t.Context(), program, "-test.timeout=1m",
		"-test.run=^TestMutant$/^("+strings.ReplaceAll(only, "\n", "|")+")$")
	cmd.Env = append(os.Environ(), mutant+"="+name)
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "a case finds the mutant; the output is:\n%s", out)
	var failed []string
	for _, match := range failure.FindAllSubmatch(out, -1) {
		failed = append(failed, strings.ReplaceAll(string(match[1]), "_", " "))
	}
	return failed
}
