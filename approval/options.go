package approval

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Options tunes [NewGates]. The zero value is ready to use.
type Options struct {
	// DeadlinePolicy decides about votes by signal that reach the workflow together
	// with a gate's deadline. Zero is signals.DeadlineAcceptLate. Votes by update are
	// always exact. A gate keeps the policy that it was opened with.
	DeadlinePolicy signals.DeadlinePolicy
	// Notify names the activity that notifies people; its argument is a [Notice]. Empty
	// sends no notices.
	Notify string
	// NotifyOptions sets the options of that activity. Without any timeout, an attempt has
	// 10 seconds and all attempts together have 2 minutes; without a ScheduleToCloseTimeout
	// they have an hour. A notice that takes long delays the end of the run, not its
	// decisions; see [Gates.WaitForNotices].
	NotifyOptions workflow.ActivityOptions
	// ShowDetails keeps a list of the live gates in the current details of the
	// run, which the Web UI shows. It takes the place of details of your own.
	ShowDetails bool
	// Inbox lists the run's open gates in the search attributes
	// ApprovalPending and ApprovalDue, where approvalclient.Client.Inbox finds them.
	// The namespace must have these: call approvalclient.SetUpInbox once, and
	// approvalclient.CheckInbox before a worker starts, because a workflow that sets an
	// unknown one is stuck. It costs an event when the people who may decide change, or
	// the deadline does. It holds for the gates that are opened with it.
	Inbox bool
	// Keys make a proof necessary for the gates that are opened with them: a vote
	// or a change that none of them has signed is refused as [ReasonBadProof]. Give them to
	// all workers. A vote by signal costs one event more then.
	Keys []approvalkey.Key
	// ContinueState opens the gates of the run before this one: set it to the result of
	// [Gates.ContinueState] there. Call [Await] for each gate again, with its ID. Subject,
	// policy and all other fields stay as they were.
	ContinueState ContinueState
}

// check refuses options with which no vote could count.
func (o Options) check() error {
	for _, k := range o.Keys {
		if k.ID() == "" {
			return refusal(ReasonInvalidRequest, "", "one of Options.Keys is empty; make each with approvalkey.NewHMACKey or NewVerifyingKey")
		}
	}
	return nil
}
