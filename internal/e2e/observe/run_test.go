//go:build observe

package observe_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFaults plants one fault after the other. Each makes the expression of its alert
// true, and no other one. In the end each panel of the dashboard has data.
func TestFaults(t *testing.T) {
	s := newStage(t)
	s.goWell(t)
	require.Empty(t, s.holding(t), "alerts without a fault")
	tested := map[string]bool{}
	for _, f := range s.planted(t) {
		tested[f.alert] = true
		before := s.holding(t)
		require.NotContains(t, before, f.alert, "before its fault")
		begin := time.Now()
		end := f.plant()
		s.until(t, f.alert, func() {})
		want := append(slices.Clone(before), f.alert)
		require.EventuallyWithT(t, func(c *assert.CollectT) { // visibility lags, so that an approval may seem overdue for a moment
			assert.ElementsMatch(c, want, s.holding(t))
		}, soon, tick, "the fault of %s", f.alert)
		if end != nil {
			end()
			require.Eventually(t, func() bool { return !s.holds(t, f.alert) }, soon, tick, "%s after its fault", f.alert)
		}
		t.Logf("%-28s %5.1f s", f.alert, time.Since(begin).Seconds())
		if f.alert == "WorkerDown" { // the next one takes the server away
			s.requireData(t)
		}
	}
	for _, r := range s.rules {
		require.True(t, tested[r.Alert], "no fault is planted for %s", r.Alert)
	}
	s.requireHealthyRules(t, len(s.rules))
}

// requireData asserts that each expression of the dashboard has a value.
func (s *stage) requireData(t *testing.T) {
	t.Helper()
	n := 0
	for _, p := range dashboard(t) {
		for _, target := range p.Targets {
			require.NotEmpty(t, s.values(t, target.Expr), "%s has no data: %s", p.Title, target.Expr)
			n++
		}
	}
	t.Log(fmt.Sprint(n, " expressions of the dashboard have data"))
}
