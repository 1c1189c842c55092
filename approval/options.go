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
	// Notify is the name of the activity that tells people; its argument is a
	// [Notice]. Without it, no notices are given.
	Notify string
	// NotifyOptions are those of that activity. Without any timeout they are
	// 10 s for an attempt and 2 minutes for all; without a ScheduleToCloseTimeout a notice is given
	// up after an hour. A notice that takes long holds up the end of the run, not
	// its decisions; see [Gates.WaitForNotices].
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
	// ContinueState is the result of [Gates.ContinueState] in the run before this one. Its gates
	// are open at once; give each to [Await] again, with its ID. Subject, policy and
	// all else stay what they were.
	ContinueState ContinueState
}

// check refuses what would be found out by people only.
func (o Options) check() error {
	for _, k := range o.Keys {
		if k.ID() == "" {
			return refusal(ReasonInvalidRequest, "", "one of Options.Keys is empty; make each with approvalkey.NewHMACKey or NewVerifyingKey")
		}
	}
	return nil
}
