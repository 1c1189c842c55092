package timeouts

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// A Kind is which timeout ended an activity, a child workflow or an update.
type Kind string

// The kinds, named as in the SDK.
const (
	KindStartToClose    Kind = "StartToClose"
	KindScheduleToStart Kind = "ScheduleToStart"
	KindScheduleToClose Kind = "ScheduleToClose"
	KindHeartbeat       Kind = "Heartbeat"
)

// KindOf returns which timeout is in err's chain, or "" when there is none. The
// timeout of a child workflow is KindStartToClose, as in the SDK. An activity that
// the server gave up because the next attempt would have begun too late has none:
// package retry has a reason for it. For workflow code and clients.
func KindOf(err error) Kind {
	var timeout *temporal.TimeoutError
	if !errors.As(err, &timeout) {
		return ""
	}
	switch timeout.TimeoutType() {
	case enumspb.TIMEOUT_TYPE_START_TO_CLOSE:
		return KindStartToClose
	case enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START:
		return KindScheduleToStart
	case enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE:
		return KindScheduleToClose
	case enumspb.TIMEOUT_TYPE_HEARTBEAT:
		return KindHeartbeat
	default:
		return ""
	}
}
