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

// metricUndelivered counts the notices that a run has given up.
const metricUndelivered = "temporal_patterns_notices_undelivered"

// unregistered is the type of the SDK's error for an activity that the worker does
// not know.
const unregistered = "ActivityNotRegisteredError"

// A post delivers the notices of a run.
type post struct {
	activity string
	options  workflow.ActivityOptions
	onWay    int  // notices that are neither delivered nor given up
	awaited  int  // those of them that the end of the run waits for
	ending   bool // the workflow function has returned, and the run waits
}

// mail is what a gate knows of its notices.
type mail struct {
	run    string     // the ID of the run that has opened the gate
	given  int        // how many there were
	untold NoticeKind // of what has happened and is part of a later notice
}

// newPost returns the post of a run. Its options always have an end.
func newPost(o Options) post {
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
	p.NonRetryableErrorTypes = append(slices.Clone(p.NonRetryableErrorTypes), unregistered) // waiting does not register it
	a.RetryPolicy = &p
	return post{activity: o.Notify, options: a}
}

// openedIn returns the ID of the run that opens a gate now, as it was before a reset.
func openedIn(ctx workflow.Context) string {
	info := workflow.GetInfo(ctx)
	if info.OriginalRunID != "" {
		return info.OriginalRunID
	}
	return info.WorkflowExecution.RunID
}

// notify gives notice to those whose decision is awaited now, if there is anybody
// to give it to.
func notify(ctx workflow.Context, g *gate, kind NoticeKind) {
	if g.Notify != "" {
		deliver(ctx, g, noticeOf(g, kind))
	}
}

// notifyDelegate gives notice to a delegate.
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
		Kind: kind, Gate: g.id, Title: g.title, Requester: g.requester,
		State: s.State, Why: s.Why, Users: s.Users, Groups: s.Groups, Delegates: s.Delegates, Missing: s.Missing,
		Round: s.Round, Stage: s.Stage, StageName: s.StageName, Digest: s.Digest, Deadline: s.Deadline,
	}
}

// deliver starts the activity of a notice, in a coroutine of its own. What cannot
// be delivered changes nothing for the gate.
func deliver(ctx workflow.Context, g *gate, n Notice) {
	p := &g.gates.post
	n.WorkflowID = workflow.GetInfo(ctx).WorkflowExecution.ID
	g.mail.given++
	// Any byte may stand in IDs, so their lengths tell where they end.
	n.Key = fmt.Sprintf("%d:%s/%s/%d:%s/%d/%d/%s/%d",
		len(n.WorkflowID), n.WorkflowID, g.mail.run, len(g.id), g.id, n.Round, n.Stage, n.Kind, g.mail.given)
	awaited := 0
	if g.Waits {
		awaited = 1
	}
	p.onWay++
	p.awaited += awaited
	workflow.GoNamed(g.gates.detached, "approval notice", func(ctx workflow.Context) {
		ctx = workflow.WithActivityOptions(ctx, p.options)
		if err := workflow.ExecuteActivity(ctx, g.Notify, n).Get(ctx, nil); err != nil {
			reportUndelivered(ctx, g, n, err)
		}
		p.onWay--
		p.awaited -= awaited
	})
}

// undelivered reports a notice that was given up.
func reportUndelivered(ctx workflow.Context, g *gate, n Notice, err error) {
	advice := "look at the activity's error; the gate goes on without the notice"
	var cause *temporal.ApplicationError
	if errors.As(err, &cause) && cause.Type() == unregistered {
		advice = "register the activity of Options.Notify on the workers of its task queue; until then no notice is delivered"
	}
	workflow.GetLogger(ctx).Error("approval: notice not delivered; "+advice,
		"Gate", g.id, "Kind", string(n.Kind), "Activity", g.Notify, "Error", err)
	workflow.GetMetricsHandler(ctx).WithTags(map[string]string{"message": string(n.Kind)}).Counter(metricUndelivered).Inc(1)
	g.tally.AppendAudit(policy.AuditNoticeFailed, "", string(n.Kind), workflow.Now(ctx))
}
