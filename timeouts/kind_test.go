package timeouts_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	for kind, want := range map[enumspb.TimeoutType]timeouts.Kind{
		enumspb.TIMEOUT_TYPE_START_TO_CLOSE:    timeouts.KindStartToClose,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START: timeouts.KindScheduleToStart,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: timeouts.KindScheduleToClose,
		enumspb.TIMEOUT_TYPE_HEARTBEAT:         timeouts.KindHeartbeat,
		enumspb.TIMEOUT_TYPE_UNSPECIFIED:       timeouts.Kind(""),
	} {
		err := temporal.NewTimeoutError(kind, nil)
		require.Equal(t, want, timeouts.KindOf(err))
		require.Equal(t, want, timeouts.KindOf(temporal.NewApplicationErrorWithCause("while", "X", err)))
	}
	require.Equal(t, timeouts.Kind(""), timeouts.KindOf(temporal.NewApplicationError("x", "X")))
	require.Equal(t, timeouts.Kind(""), timeouts.KindOf(nil))
}
