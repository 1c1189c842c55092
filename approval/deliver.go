package approval

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// metricUndelivered counts notices that were not delivered by their last attempt.
const metricUndelivered = "temporal_patterns_notices_undelivered"

// unregistered names the SDK's error for an activity that the worker has not registered.
const unregistered = "ActivityNotRegisteredError"

// A notifier delivers the notices of a run.
type notifier struct {
	activity string
	options  workflow.ActivityOptions
	inFlight int  // notices whose activity has not ended
	awaited  int  // notices in flight for which the end of the run waits
	ending   bool // the workflow function has returned, and the run waits
}

// newNotifier returns the notifier of a run. Its activity options always limit the time.
func newNotifier(o Options) notifier {
	a := o.NotifyOptions
	if a.StartToCloseTimeout == 0 && a.ScheduleToCloseTimeout == 0 {
		a.StartToCloseTimeout, a.ScheduleToCloseTimeout = 10*time.Second, 2*time.Minute
		if a.RetryPolicy == nil {
			a.RetryPolicy = new(retry.Transient())
		}
	}
	if a.ScheduleToCloseTimeout == 0 {
		a.ScheduleToCloseTimeout = max(time.Hour, a.StartToCloseTimeout)
	}
	p := temporal.RetryPolicy{}
	if a.RetryPolicy != nil {
		p = *a.RetryPolicy
	}
	p.NonRetryableErrorTypes = append(slices.Clone(p.NonRetryableErrorTypes), unregistered)
	a.RetryPolicy = &p
	return notifier{activity: o.Notify, options: a}
}

// openedIn returns the ID of the run that opens a gate now: after a reset, that of the run
// that was reset.
func openedIn(ctx workflow.Context) string {
	info := workflow.GetInfo(ctx)
	if info.OriginalRunID != "" {
		return info.OriginalRunID
	}
	return info.WorkflowExecution.RunID
}

// notify sends a notice to the people whose decision the gate waits for.
func notify(ctx workflow.Context, g *gate, kind NoticeKind) {
	if g.Notify != "" {
		deliver(ctx, g, noticeOf(g, kind))
	}
}

// notifyDelegate sends a notice to a delegate.
func notifyDelegate(ctx workflow.Context, g *gate, owner, to string) {
	if g.Notify == "" || to == "" {
		return
	}
	n := noticeOf(g, NoticeDelegated)
	n.Users, n.Groups, n.Delegates = []string{to}, nil, []policy.Delegation{{From: owner, To: to}}
	deliver(ctx, g, n)
}

func noticeOf(g *gate, kind NoticeKind) Notice {
	s := statusOf(g)
	return Notice{
		Kind: kind, Gate: g.ID, Title: g.Title, Requester: g.Requester,
		State: s.State, Why: s.Why, Users: s.Users, Groups: s.Groups, Delegates: s.Delegates, Missing: s.Missing,
		Round: s.Round, Stage: s.Stage, StageName: s.StageName, Digest: s.Digest, Deadline: s.Deadline,
	}
}

// deliver starts the activity of a notice in a coroutine of its own. A failed delivery
// changes nothing for the gate.
func deliver(ctx workflow.Context, g *gate, n Notice) {
	p := &g.gates.notifier
	n.WorkflowID = workflow.GetInfo(ctx).WorkflowExecution.ID
	g.Noticed++
	// IDs may contain any byte, so the key has their lengths.
	n.Key = fmt.Sprintf("%d:%s/%s/%d:%s/%d/%d/%s/%d",
		len(n.WorkflowID), n.WorkflowID, g.Run, len(g.ID), g.ID, n.Round, n.Stage, n.Kind, g.Noticed)
	awaited := 0
	if g.Waits {
		awaited = 1
	}
	p.inFlight++
	p.awaited += awaited
	workflow.GoNamed(g.gates.detached, "approval notice", func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, p.options)
		if err := workflow.ExecuteActivity(ctx, g.Notify, n).Get(ctx, nil); err != nil {
			reportUndelivered(ctx, g, n, err)
		}
		p.inFlight--
		p.awaited -= awaited
	})
}

// reportUndelivered logs, counts and audits a notice that was not delivered.
func reportUndelivered(ctx workflow.Context, g *gate, n Notice, err error) {
	advice := "look at the activity's error; the gate goes on without the notice"
	var cause *temporal.ApplicationError
	if errors.As(err, &cause) && cause.Type() == unregistered {
		advice = "register the activity of Options.Notify on the workers of its task queue; until then no notice is delivered"
	}
	workflow.GetLogger(ctx).Error("approval: notice not delivered; "+advice,
		"Gate", g.ID, "Kind", string(n.Kind), "Activity", g.Notify, "Error", err)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"message": string(n.Kind)}).Counter(metricUndelivered).Inc(1)
	g.tally.AppendAudit(policy.AuditNoticeFailed, "", string(n.Kind), workflow.Now(ctx))
}
