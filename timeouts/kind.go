package timeouts

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// Kind is which time-out ended an activity, a child workflow or an update.
type Kind string

// The kinds, by the names that they have in the SDK.
const (
	KindNone            Kind = ""
	KindStartToClose    Kind = "StartToClose"
	KindScheduleToStart Kind = "ScheduleToStart"
	KindScheduleToClose Kind = "ScheduleToClose"
	KindHeartbeat       Kind = "Heartbeat"
)

// KindOf says which time-out is in err's chain; a child workflow's own, which
// has no name, is KindStartToClose as in the SDK. An activity that a server gave up
// since the next attempt would have come too late has none: see
// retry.ReasonOf. For workflow code and clients.
func KindOf(err error) Kind {
	var timeout *temporal.TimeoutError
	if !errors.As(err, &timeout) {
		return KindNone
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
		return KindNone
	}
}

// LastHeartbeat decodes the details of the last heartbeat before a time-out into
// the pointers details, and reports whether there were any.
func LastHeartbeat(err error, details ...any) bool {
	var timeout *temporal.TimeoutError
	return errors.As(err, &timeout) && timeout.HasLastHeartbeatDetails() && timeout.LastHeartbeatDetails(details...) == nil
}
