package intervention_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
)

// A success costs what the activity alone costs, 11 events for the run. A failure that people
// decide on adds 20.
func TestCost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan   plan
		draw   int
		events int
	}{
		"a success":                     {events: 11},
		"a failure that is tried again": {plan: plan{Refused: 2}, draw: 4, events: 31},
		"a failure that is given up":    {plan: plan{Refused: 2}, draw: 1, events: 31},
		"a result of people":            {plan: plan{Silent: 2}, draw: 0, events: 31},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, true)
			s.bank.expect("order", c.plan)
			s.run("order", []int{c.draw})
			iter := server.GetWorkflowHistory(t.Context(), s.queue+"-order", "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
			n := 0
			for iter.HasNext() {
				_, err := iter.Next()
				require.NoError(t, err)
				n++
			}
			require.Equal(t, c.events, n)
		})
	}
}
