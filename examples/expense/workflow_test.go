package main

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A submission runs Expense without a server; hours pass at once.
type submission struct {
	*testsuite.TestWorkflowEnvironment
	*approvaltest.Driver

	t     *testing.T
	mu    sync.Mutex
	lines []string // that activities printed
}

func newSubmission(t *testing.T) *submission {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	s := &submission{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t}
	s.Driver = approvaltest.New(t, s.TestWorkflowEnvironment)
	s.SetWorkerOptions(worker.Options{
		Interceptors:             []interceptor.WorkerInterceptor{signals.NewInterceptor()},
		DeadlockDetectionTimeout: time.Minute, // the machine may be busy
	})
	s.SetTestTimeout(time.Minute)
	s.RegisterWorkflowWithOptions(Expense, workflow.RegisterOptions{Name: "Expense"})
	s.RegisterActivity(&Activities{Printf: s.printf})
	return s
}

func (s *submission) printf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

// submit runs the workflow, with a day and a half for each stage.
func (s *submission) submit(euros int) Result {
	s.ExecuteWorkflow("Expense", Submission{
		Report: Report{ID: "R-1", Employee: "eve", Purpose: "train", Euros: euros},
		Rules:  rules(36 * time.Hour),
	})
	var result Result
	require.NoError(s.t, s.GetWorkflowResult(&result))
	return result
}

// sendBack asks for changes after an hour; eve sends the next version.
func (s *submission) sendBack(next Report) {
	s.Vote(time.Hour, Gate, approvalclient.Vote{
		Actor: approvaltest.Actor("ann", "finance"), Choice: policy.ChoiceRequestChanges,
		Comment: "look at the ticket",
	})
	s.Change(48*time.Hour, Gate, approvalclient.Change{Actor: approvaltest.Actor("eve"), Kind: approvalclient.ChangeResubmit, Subject: next})
	s.Vote(49*time.Hour, Gate, approvalclient.Vote{Actor: approvaltest.Actor("bob", "finance"), Choice: policy.ChoiceApprove, Round: 2})
}

func TestSmallReportNeedsNoApproval(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	require.Equal(t, Result{State: policy.StateApproved, Why: "below 100 euros", Receipt: "99 euros to eve"}, s.submit(99))
	s.RequireAudit(Gate, "opened", "approved")
}

func TestMediumReportNeedsFinanceOtherThanTheEmployee(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.Approve(time.Hour, Gate, "eve", "finance")
	s.Approve(2*time.Hour, Gate, "dan", "sales")
	s.Approve(3*time.Hour, Gate, "ann", "finance")
	require.Equal(t, Result{State: policy.StateApproved, Approvers: []string{"ann"}, Receipt: "420 euros to eve"}, s.submit(420))
	require.Equal(t, []approval.Reason{approval.ReasonSelfApproval, approval.ReasonNotEligible}, s.Refusals())
}

func TestLargeReportNeedsFinanceThenADirector(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.Approve(time.Hour, Gate, "fay", "directors")
	s.Approve(2*time.Hour, Gate, "ann", "finance")
	s.Approve(3*time.Hour, Gate, "bob", "finance")
	s.RegisterDelayedCallback(func() { require.Equal(t, "directors", s.Gate(Gate).StageName) }, 4*time.Hour)
	s.Approve(38*time.Hour, Gate, "fay", "directors") // a stage has a deadline of its own
	require.Equal(t, Result{State: policy.StateApproved, Approvers: []string{"ann", "bob", "fay"}, Receipt: "7000 euros to eve"},
		s.submit(7000))
	require.Equal(t, []approval.Reason{approval.ReasonNotEligible}, s.Refusals())
	s.RequireAudit(Gate, "opened", "vote", "vote", "stage", "vote", "approved")
}

func TestCorrectedReportIsPaidAsApprovedLast(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.sendBack(Report{ID: "R-1", Employee: "eve", Purpose: "train", Euros: 390})
	require.Equal(t, Result{State: policy.StateApproved, Approvers: []string{"bob"}, Receipt: "390 euros to eve"}, s.submit(420))
	require.Empty(t, s.Refusals())
	s.RequireAudit(Gate, "opened", "vote", "round", "vote", "approved")
	require.Contains(t, s.lines, `notice     to eve: "train" needs a change`)
}

func TestCorrectionCannotEscapeTheRulesOfTheReport(t *testing.T) {
	t.Parallel()
	for name, next := range map[string]Report{
		"a larger amount":  {ID: "R-1", Employee: "eve", Euros: 421},
		"no amount":        {ID: "R-1", Employee: "eve"},
		"another employee": {ID: "R-1", Employee: "bob", Euros: 390},
		"another report":   {ID: "R-2", Employee: "eve", Euros: 390},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSubmission(t)
			s.sendBack(next)
			s.Change(60*time.Hour, Gate, approvalclient.Change{Actor: approvaltest.Actor("eve"), Kind: approvalclient.ChangeWithdraw})
			result := s.submit(420)
			require.Equal(t, policy.StateWithdrawn, result.State)
			require.Empty(t, result.Receipt)
			require.Equal(t, []approval.Reason{approval.ReasonMalformed, approval.ReasonStale}, s.Refusals(), "the correction, and the vote on it")
			require.ErrorContains(t, s.RefusalErrors()[0], "submit a new report")
		})
	}
}

func TestRejectionNeedsAComment(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.Reject(time.Hour, Gate, "ann", "finance") // without a comment
	s.Vote(2*time.Hour, Gate, approvalclient.Vote{
		Actor: approvaltest.Actor("ann", "finance"), Choice: policy.ChoiceReject,
		Comment: "not this year",
	})
	require.Equal(t, Result{State: policy.StateRejected}, s.submit(420))
	require.Equal(t, []approval.Reason{approval.ReasonCommentRequired}, s.Refusals())
}

func TestUndecidedReportEscalatesAndExpires(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	require.Equal(t, Result{State: policy.StateExpired}, s.submit(420))
	s.RequireAudit(Gate, "opened", "escalated", "reminded", "deadline", "expired")
	require.Len(t, s.lines, 5)
	require.Contains(t, s.lines[1], `notice     to finance: please look at "train" of eve, 1 must approve until `)
	require.Equal(t, `notice     to controlling, finance: "train" of eve still waits, now for one of you`, s.lines[2])
	require.Contains(t, s.lines[3], `notice     to controlling, finance: "train" of eve waits until `)
	require.Equal(t, `notice     to eve: "train" is expired`, s.lines[4])
}

func TestControllingDecidesAfterTheEscalation(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.Approve(11*time.Hour, Gate, "cid", "controlling")
	s.Approve(13*time.Hour, Gate, "cid", "controlling")
	require.Equal(t, []string{"cid"}, s.submit(420).Approvers)
	require.Equal(t, []approval.Reason{approval.ReasonNotEligible}, s.Refusals())
}

func TestCanceledReportClosesItsGate(t *testing.T) {
	t.Parallel()
	s := newSubmission(t)
	s.RegisterDelayedCallback(s.CancelWorkflow, time.Hour)
	s.ExecuteWorkflow("Expense", Submission{Report: Report{ID: "R-1", Employee: "eve", Euros: 420}, Rules: rules(36 * time.Hour)})
	require.True(t, temporal.IsCanceledError(s.GetWorkflowError()), "%v", s.GetWorkflowError())
	require.Equal(t, policy.StateCanceled, s.Gate(Gate).State)
}
