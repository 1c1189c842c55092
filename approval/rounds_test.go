package approval_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// rounds lets a request be made three times.
func rounds() policy.Policy {
	p := policy.Quorum(2, "finance").Within(time.Hour)
	p.MaxRounds = 3
	return p
}

// A person requests changes, the clock stands still, the request is made again
// with another subject, and everyone decides on that.
func TestRequestChanges(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	var stale string
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.RegisterDelayedCallback(func() { stale = r.status().Gates[0].Digest }, 2*time.Minute)
	r.update(10*time.Minute, vote("2", "bob", policy.ChoiceRequestChanges).with("comment", "the date is wrong"))
	r.update(20*time.Minute, vote("3", "cid", policy.ChoiceApprove)) // nothing to decide on now
	r.RegisterDelayedCallback(func() {
		g := r.status().Gates[0]
		require.Equal(t, policy.StateChangesRequested, g.State)
		require.Zero(t, g.Deadline, "the clock stands still")
	}, 30*time.Minute)
	r.manage(9*time.Hour, change("4", "max", approvalclient.ChangeResubmit))                                // not who has made it
	r.manage(10*time.Hour, change("5", "eve", approvalclient.ChangeResubmit).with("subject", 8))            // no text
	r.manage(11*time.Hour, change("6", "eve", approvalclient.ChangeResubmit).with("subject", "report 7 b")) // a day later it would do as well
	r.RegisterDelayedCallback(func() {
		g := r.status().Gates[0]
		require.Equal(t, 2, g.Round)
		require.NotEqual(t, stale, g.Digest)
		require.Empty(t, g.Votes)
		require.Equal(t, time.Hour, g.Deadline.Sub(g.Opened)-11*time.Hour, "the clock starts again")
	}, 11*time.Hour+time.Minute)
	later := 11*time.Hour + 10*time.Minute
	r.update(later, vote("7", "ann", policy.ChoiceApprove))                  // of which round?
	r.update(later, vote("8", "ann", policy.ChoiceApprove).with("round", 1)) // of the first
	r.update(later, vote("9", "ann", policy.ChoiceApprove).with("round", 2).with("digest", "of something else"))
	r.update(later, vote("10", "ann", policy.ChoiceApprove).with("round", 2))
	r.update(later+time.Minute, vote("11", "bob", policy.ChoiceApprove).with("round", 2))
	r.ExecuteWorkflow(asking(rounds()))

	out := r.outcome()
	require.Equal(t, policy.StateApproved, out.State)
	require.Equal(t, "report 7 b", out.Subject)
	require.Equal(t, 2, out.Round)
	require.Len(t, out.Votes, 2)
	require.Equal(t, []approval.Reason{
		approval.ReasonPaused, approval.ReasonNotEligible, approval.ReasonMalformed, approval.ReasonStale,
		approval.ReasonStale, approval.ReasonStale,
	}, r.refusals)
}

// The last round cannot be sent back: that is a no.
func TestTheLastRound(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	p := rounds()
	p.MaxRounds = 2
	r.update(1*time.Minute, vote("1", "ann", policy.ChoiceRequestChanges))
	r.manage(2*time.Minute, change("2", "eve", approvalclient.ChangeResubmit)) // as it is
	r.update(3*time.Minute, vote("3", "ann", policy.ChoiceRequestChanges).with("round", 2))
	r.ExecuteWorkflow(asking(p))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Equal(t, "no further round", r.outcome().Why)
	require.Equal(t, "report 7", r.outcome().Subject)
}

// An approval may change the subject: the others decide on what it is then.
func TestApproveWithEdits(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(2, "finance").Within(time.Hour)
	p.AllowEdits = true
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.update(2*time.Minute, vote("2", "bob", policy.ChoiceApprove).with("subject", "report 7, cheaper"))
	r.update(3*time.Minute, vote("3", "cid", policy.ChoiceApprove).with("subject", 7).with("round", 2)) // no text
	r.update(4*time.Minute, vote("4", "ann", policy.ChoiceReject).with("round", 1))
	r.update(5*time.Minute, vote("5", "ann", policy.ChoiceApprove).with("round", 2))
	r.ExecuteWorkflow(asking(p))
	out := r.outcome()
	require.Equal(t, policy.StateApproved, out.State)
	require.Equal(t, "report 7, cheaper", out.Subject)
	require.Equal(t, 2, out.Round)
	require.Equal(t, []approval.Reason{approval.ReasonMalformed, approval.ReasonStale}, r.refusals)
}

// Where the policy has no such thing, it is refused, and nothing changes.
func TestWithoutRoundsAndEdits(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceRequestChanges))
	r.update(2*time.Minute, vote("2", "bob", policy.ChoiceApprove).with("subject", "report 8"))
	r.ExecuteWorkflow(asking(policy.Quorum(1, "finance").Within(time.Hour)))
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonNotAllowed, approval.ReasonNotAllowed}, r.refusals)
}

// People are told what there is to do, each thing under a key of its own, and
// who cannot be told holds nothing up.
func TestNotices(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	var got []approval.Notice
	attempts := map[string]int{}
	r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
		if attempts[n.Key]++; attempts[n.Key] == 1 {
			return context.DeadlineExceeded // tried again
		}
		got = append(got, n)
		return nil
	}, activityName("Tell"))
	p := policy.Stages(stage("finance", 1, "finance", 10*time.Hour), stage("board", 1, "board", time.Hour))
	p.MaxRounds = 2
	p.Stages[0].Reminders = []time.Duration{time.Hour, 4 * time.Hour}
	p.Stages[0].Escalations = []policy.Escalation{{After: 8 * time.Hour, To: policy.Selector{Users: []string{"zoe"}}}}
	r.update(5*time.Minute, by("1", "ann", "finance", policy.ChoiceRequestChanges))
	r.manage(10*time.Minute, change("2", "eve", approvalclient.ChangeResubmit))
	r.update(10*time.Minute+9*time.Hour+30*time.Minute, by("3", "zoe", "none", policy.ChoiceApprove).with("round", 2))
	r.update(10*time.Minute+10*time.Hour, by("4", "bea", "board", policy.ChoiceApprove).with("round", 2))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{
			ID: "expense", Title: "Report 7", Subject: "report 7", Requester: "eve",
			Policy: p,
		})
	})
	require.Equal(t, policy.StateApproved, r.outcome().State)
	var kinds []approval.NoticeKind
	keys := map[string]bool{}
	for _, n := range got {
		kinds = append(kinds, n.Kind)
		require.False(t, keys[n.Key], "%s twice", n.Key)
		keys[n.Key] = true
		require.Equal(t, "Report 7", n.Title)
		require.Equal(t, 2, attempts[n.Key])
	}
	require.Equal(t, []approval.NoticeKind{
		approval.NoticeOpened, approval.NoticeChanges, approval.NoticeOpened, approval.NoticeReminder, approval.NoticeEscalated,
		approval.NoticeReminder, approval.NoticeOpened, approval.NoticeClosed,
	}, kinds)
	require.Equal(t, []string{"zoe"}, got[4].Users)
	require.Equal(t, []string{"finance"}, got[4].Groups)
	require.Equal(t, []string{"board"}, got[6].Groups)
	require.Equal(t, policy.StateApproved, got[7].State)
}
