package intervention

import (
	"cmp"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Execute executes an activity of [Register] with the activity options of ctx, and lets people
// decide when it has failed for good: see the package comment. It returns the result of the
// activity or of people; ReasonGivenUp, with the last failure as its cause; the failure of the
// activity if people do not decide about it; ReasonInvalid; or a CanceledError when ctx is
// canceled. For workflow code.
func Execute[In, Out any](ctx workflow.Context, g *approval.Gates, name string, in In, req Request[In]) (out Out, err error) {
	switch {
	case ctx == nil || g == nil || name == "" || req.ID == "":
		return out, invalid(fmt.Sprintf("Execute of activity %q needs a context, gates, the name of the activity and Request.ID; "+
			"give all four", name))
	case req.MaxQuestions < 0:
		return out, invalid(fmt.Sprintf("MaxQuestions of request %q is %d; set it to 1 or more, or to 0 for %d",
			req.ID, req.MaxQuestions, DefaultMaxQuestions))
	}
	req.Policy.AllowEdits = true
	req.Policy.AllowRequester = req.Policy.AllowRequester || req.Requester == ""
	if err := policy.Lint(req.Policy, policy.LintOptions{
		Requester: req.Requester, GroupMembers: req.Roster, Managers: req.Managers,
	}); err != nil {
		return out, invalid(fmt.Sprintf("request %q cannot be asked: %v", req.ID, err))
	}
	if req.NeedsPerson == nil {
		req.NeedsPerson = NeedsPerson
	}
	if req.MaxQuestions == 0 {
		req.MaxQuestions = DefaultMaxQuestions
	}
	e := execution[In, Out]{gates: g, name: name, request: req}
	next := call[In, Out]{Work: e.newWork(ctx), Input: in}
	for {
		got, err := e.activity(ctx, next)
		if err == nil {
			return got.Result, nil
		}
		if temporal.IsCanceledError(err) || !req.NeedsPerson(err) || e.asked == req.MaxQuestions {
			return out, err
		}
		again, out, err := e.decide(ctx, next, err)
		if again == nil {
			return out, err
		}
		next = *again
	}
}

// maxFailure limits the text of a failure in a question, in bytes.
const maxFailure = 2 << 10

// An execution is one call of Execute.
type execution[In, Out any] struct {
	gates   *approval.Gates
	name    string
	request Request[In]
	works   int // that were named
	asked   int // questions
}

// newWork names new work. The name stays the same when the workflow is reset.
func (e *execution[In, Out]) newWork(ctx workflow.Context) string {
	e.works++
	info := workflow.GetInfo(ctx)
	run := cmp.Or(info.OriginalRunID, info.WorkflowExecution.RunID) // the SDK's test environment has only the second
	return fmt.Sprintf("%s/%s/%s/%d", info.WorkflowExecution.ID, run, e.request.ID, e.works)
}

func (e *execution[In, Out]) activity(ctx workflow.Context, c call[In, Out]) (r reply[Out], err error) {
	err = workflow.ExecuteActivity(ctx, typePrefix+e.name, c).Get(ctx, &r)
	return r, err
}

// step executes a step that does not do the work. It is tried until the store answers.
func (e *execution[In, Out]) step(ctx workflow.Context, c call[In, Out]) (reply[Out], error) {
	o := workflow.GetActivityOptions(ctx)
	retries := retry.Remote()
	o = workflow.ActivityOptions{TaskQueue: o.TaskQueue, StartToCloseTimeout: 30 * time.Second, RetryPolicy: &retries, Summary: string(c.Step)}
	return e.activity(workflow.WithActivityOptions(ctx, o), c)
}

// decide lets people decide about the failure of a call. It returns the next call, or the end of
// Execute.
func (e *execution[In, Out]) decide(ctx workflow.Context, failed call[In, Out], failure error) (next *call[In, Out], out Out, err error) {
	about := failed.Work
	reason, _ := ReasonOf(failure)
	if reason == ReasonDone { // it is the earlier work that is done
		about = failed.Replaced
	}
	seen, err := e.step(ctx, call[In, Out]{Step: stepInspect, Work: about, Input: failed.Input})
	if err != nil {
		return nil, out, err
	}
	if seen.Effect == EffectDone && !seen.NoResult && reason != ReasonDone {
		return nil, seen.Result, nil
	}
	decided, err := e.ask(ctx, failed.Input, seen, failure)
	if err != nil {
		return nil, out, err
	}
	if decided.State != policy.StateApproved {
		return e.giveUp(ctx, call[In, Out]{Step: stepGiveUp, Work: about, Fence: seen.Fence, Input: failed.Input}, decided.State, failure)
	}
	choice := decided.Subject
	switch isSame := same(choice.Input, failed.Input); {
	case choice.Action == ActionUseResult && choice.Result != nil:
		got, err := e.step(ctx, call[In, Out]{
			Step: stepResolve, Work: about, Fence: seen.Fence, Input: failed.Input, Result: choice.Result,
		})
		return nil, got.Result, err
	case choice.Action != ActionRestart && isSame && !seen.Final:
		return &call[In, Out]{Step: stepRetry, Work: about, Fence: seen.Fence, Input: choice.Input}, out, nil
	}
	next = &call[In, Out]{Work: e.newWork(ctx), Replaced: about, Fence: seen.Fence, Input: choice.Input}
	if seen.Effect == EffectDone { // people want it once more
		next.Replaced = ""
	}
	return next, out, nil
}

// ask opens the next gate and waits for it.
func (e *execution[In, Out]) ask(
	ctx workflow.Context, in In, seen reply[Out], failure error,
) (out approval.Outcome[Question[In, Out]], err error) {
	e.asked++
	q := Question[In, Out]{
		Activity: e.name, Failure: apperr.Short(retry.LastFailure(failure).Error(), maxFailure), Effect: seen.Effect,
		Action: ActionRetry, Input: in,
	}
	if seen.Effect == EffectDone {
		q.Action = ActionUseResult
		if !seen.NoResult {
			q.Result = &seen.Result
		}
	}
	r := e.request
	if r.Title == "" {
		r.Title = e.name + " has failed"
	}
	return approval.Await(ctx, e.gates, approval.Request[Question[In, Out]]{
		ID: fmt.Sprintf("%s-%d", r.ID, e.asked), Subject: q, Title: r.Title, Requester: r.Requester, Policy: r.Policy,
		Roster: r.Roster, Managers: r.Managers,
		ValidateSubject: func(edited Question[In, Out]) error { return q.validate(edited, r.ValidateInput) },
	})
}

// giveUp finishes the record of work that people have given up.
func (e *execution[In, Out]) giveUp(
	ctx workflow.Context, c call[In, Out], how policy.State, failure error,
) (next *call[In, Out], out Out, err error) {
	got, err := e.step(ctx, c)
	if err != nil || got.Effect == EffectDone {
		return nil, got.Result, err
	}
	return nil, out, apperr.New(ReasonGivenUp, fmt.Sprintf("intervention: activity %q was given up: gate \"%s-%d\" is %s; "+
		"the record is finished, so it has no effect later", e.name, e.request.ID, e.asked, how), apperr.Options{Cause: failure})
}
