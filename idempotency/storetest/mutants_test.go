package storetest

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
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
				failed := failures(t, name)
				for _, c := range m.found {
					require.Contains(t, failed, c, "the mutant is found by this case")
				}
				t.Log("found by:", strings.Join(failed, "; "))
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

// failures are the cases that fail on a mutant, in a process of its own.
func failures(t *testing.T, name string) []string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestMutant$", "-test.timeout=1m")
	cmd.Env = append(os.Environ(), mutant+"="+name)
	out, err := cmd.CombinedOutput()
	require.Error(t, err, "a case finds the mutant; the output is:\n%s", out)
	var failed []string
	for _, match := range failure.FindAllSubmatch(out, -1) {
		failed = append(failed, strings.ReplaceAll(string(match[1]), "_", " "))
	}
	require.NotEmpty(t, failed, "a case finds the mutant; the output is:\n%s", out)
	slices.Sort(failed)
	return failed
}
