package approval_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// relay runs first in a run, carries its gates, and runs second in the next one,
// which begins an hour later. Prepare sends votes to both runs.
func relay(t *testing.T, o approval.Options, prepare func(r *run, number int), first, second func(workflow.Context,
	*approval.Gates) error,
) (before, after *run) {
	t.Helper()
	body := func(ctx workflow.Context, in next) error {
		o.ContinueState = in.Approvals
		gates, err := approval.NewGates(ctx, o)
		if err != nil {
			return err
		}
		if len(in.Approvals.Gates) > 0 {
			return second(ctx, gates)
		}
		if err := first(ctx, gates); err != nil {
			return err
		}
		carried, ok := gates.ContinueState(ctx)
		if !ok {
			return errors.New("not carried")
		}
		return workflow.NewContinueAsNewError(ctx, "relay", next{carried})
	}
	begin := func(number int) *run {
		r := newRun(t)
		r.SetStartTime(start.Add(time.Duration(number) * time.Hour))
		r.RegisterWorkflowWithOptions(body, workflow.RegisterOptions{Name: "relay"})
		prepare(r, number)
		return r
	}
	before = begin(0)
	before.ExecuteWorkflow(body, next{})
	_, in := again(t, before, policy.Policy{}, 0, nil)
	after = begin(1)
	after.ExecuteWorkflow(body, in)
	require.NoError(t, after.GetWorkflowError())
	return before, after
}

func sleep(ctx workflow.Context) error { return workflow.Sleep(ctx, 10*time.Minute) }

// What people have seen is what comes out, whatever subject and policy the next run
// has for that gate.
func TestACarriedGateKeepsItsSubject(t *testing.T) {
	t.Parallel()
	two := oneOf(100)
	two.Policy = policy.Quorum(2, "finance").Within(5 * time.Hour)
	relay(t, approval.Options{}, func(r *run, number int) {
		r.update(time.Minute, vote("1", []string{"ann", "bob"}[number], policy.ChoiceApprove))
		r.RegisterDelayedCallback(func() {
			g, _ := r.status().Gate("expense")
			require.Equal(t, "100", string(g.Subject))
		}, 30*time.Second)
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		_, err := approval.Open(ctx, gates, two)
		return errors.Join(err, sleep(ctx))
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		million := two
		million.Subject, million.Policy = 1_000_000, policy.Policy{AutoApprove: "all"}
		out, err := approval.Await(ctx, gates, million)
		require.NoError(t, err)
		require.Equal(t, policy.StateApproved, out.State)
		require.Equal(t, 100, out.Subject)
		return nil
	})
}

// Grants go along: what was used stays used, what was revoked stays revoked, and
// what may be used until then may be used until then.
func TestGrantsAreCarried(t *testing.T) {
	t.Parallel()
	gate := func(id string) approval.Request[string] {
		q := oneOf("report 7")
		q.ID, q.Policy.ValidFor, q.Managers = id, 90*time.Minute, policy.Selector{Groups: []string{"ops"}}
		return q
	}
	ids := []string{"used", "revoked", "good"}
	relay(t, approval.Options{}, func(r *run, number int) {
		for _, id := range ids {
			if number == 0 {
				r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", id))
			}
		}
		if number == 0 {
			r.manage(2*time.Minute, change("1", "max", approvalclient.ChangeRevoke).with("gate", "revoked"))
		}
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		for _, id := range ids {
			out, err := approval.Await(ctx, gates, gate(id))
			require.NoError(t, err)
			if id == "used" {
				require.NoError(t, out.Consume(ctx))
			}
		}
		return sleep(ctx)
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		for id, want := range map[string]string{"used": "was used before", "revoked": "was revoked"} {
			out, err := approval.Await(ctx, gates, gate(id))
			require.NoError(t, err)
			require.ErrorContains(t, out.Consume(ctx), want)
		}
		out, err := approval.Await(ctx, gates, gate("good"))
		require.NoError(t, err)
		require.NoError(t, out.CheckUsable(ctx))
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		require.ErrorContains(t, out.Consume(ctx), "was to be used by 2030-01-07T10:31:00Z")
		return nil
	})
}

// By how much a deadline has become later counts over all runs, and receipts are
// openingCache with what was sent.
func TestWhatWasExtendedAndSentIsCarried(t *testing.T) {
	t.Parallel()
	q := askingManaged()
	q.Managers = policy.Selector{Groups: []string{"ops"}}
	q.Policy.MaxExtend = 3 * time.Hour
	_, after := relay(t, approval.Options{}, func(r *run, number int) {
		extend := change("1", "max", approvalclient.ChangeExtend).with("by", "2h")
		ann := vote("1", "ann", policy.ChoiceApprove)
		if number == 0 {
			r.manage(time.Minute, extend)
			r.update(2*time.Minute, ann)
			return
		}
		r.manage(time.Minute, extend)
		r.manage(2*time.Minute, extend.with("by", "1h"))
		r.update(3*time.Minute, ann.with("comment", "x"))
		r.manage(4*time.Minute, change("2", "max", approvalclient.ChangeExtend).with("by", "2h"))
		r.manage(5*time.Minute, change("3", "max", approvalclient.ChangeExtend).with("by", "1h"))
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		_, err := approval.Open(ctx, gates, q)
		return errors.Join(err, sleep(ctx))
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		_, err := approval.Await(ctx, gates, q)
		return err
	})
	require.Equal(t, []approval.Reason{"Duplicate", approval.ReasonKeyReused, approval.ReasonKeyReused, approval.ReasonNotAllowed},
		after.refusals, "%v", after.errs)
	require.Len(t, after.receipts, 1)
}

// Votes of a later version, and those that wait for their gate, go along.
func TestVotesThatWaitAreCarried(t *testing.T) {
	t.Parallel()
	_, after := relay(t, approval.Options{}, func(r *run, number int) {
		if number == 0 {
			r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("v", 2))
			r.signal(2*time.Minute, vote("1", "bob", policy.ChoiceApprove).with("gate", "later"))
		}
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		_, err := approval.Open(ctx, gates, oneOf("report 7"))
		return errors.Join(err, sleep(ctx))
	}, func(ctx workflow.Context, gates *approval.Gates) error {
		q := oneOf("report 8")
		q.ID = "later"
		out, err := approval.Await(ctx, gates, q)
		require.Equal(t, policy.StateApproved, out.State)
		return err
	})
	require.Equal(t, 1, after.status().Newer)
}
