package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// opening is the record of a gate that was opened with that policy by the
// requester eve, with further fields of the record.
func opening(t testing.TB, p policy.Policy, further wire) historytest.Payload {
	t.Helper()
	roster, _ := further["roster"].(policy.GroupMembers)
	counter, err := tally.New(p, tally.Options{Requester: "eve", GroupMembers: roster})
	require.NoError(t, err)
	o := wire{"v": 1, "requester": "eve", "policy": counter.Policy(), "subject": map[string]any{"data": "report 7"}, "engine": 1}
	for field, value := range further {
		o[field] = value
	}
	return historytest.JSON(t, o)
}

// termsOf returns the further fields of the record of a gate that was opened with these ties.
func termsOf(ties signals.DeadlinePolicy) wire {
	return wire{"exact": ties == signals.DeadlineHistoryOrder}
}

// rawJSON is JSON as it stands.
type rawJSON string

func (j rawJSON) MarshalJSON() ([]byte, error) { return []byte(j), nil }
