package approvaltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Driver vote on the gates of a workflow in a test environment. Tell them what
// to do before the workflow is executed.
type Driver struct {
	t        testing.TB
	env      *testsuite.TestWorkflowEnvironment
	sent     int
	receipts []approvalclient.Receipt
	refusals []error
}

// New returns the people who vote in env.
func New(t testing.TB, env *testsuite.TestWorkflowEnvironment) *Driver {
	return &Driver{t: t, env: env}
}

// Actor is an actor of these groups.
func Actor(id string, groups ...string) approval.Actor {
	return approval.Actor{ID: id, Groups: groups, Auth: "test"}
}

// Approve sends the approval of an actor of these groups, so long after the
// start.
func (p *Driver) Approve(after time.Duration, gate, actor string, groups ...string) {
	p.Vote(after, gate, approvalclient.Vote{Actor: Actor(actor, groups...), Choice: approval.Approve})
}

// Reject sends a rejection.
func (p *Driver) Reject(after time.Duration, gate, actor string, groups ...string) {
	p.Vote(after, gate, approvalclient.Vote{Actor: Actor(actor, groups...), Choice: approval.Reject})
}

// Vote sends a vote by update. A vote without an ID gets one.
func (p *Driver) Vote(after time.Duration, gate string, v approvalclient.Vote) {
	p.t.Helper()
	v.ID = p.id(v.ID)
	arg := p.encodeVote(gate, v)
	p.update(after, protocol.UpdateDecide, arg)
}

// Signal sends a vote by signal, as when no worker was there to answer.
func (p *Driver) Signal(after time.Duration, gate string, v approvalclient.Vote) {
	p.t.Helper()
	v.ID = p.id(v.ID)
	arg := p.encodeVote(gate, v)
	p.env.RegisterDelayedCallback(func() { p.env.SignalWorkflow(protocol.SignalVote, arg) }, after)
}

// Change sends a change. One without an ID gets one.
func (p *Driver) Change(after time.Duration, gate string, c approvalclient.Change) {
	p.t.Helper()
	c.ID = p.id(c.ID)
	m, err := protocol.ChangeForm{
		ID: c.ID, Actor: c.Actor, Kind: string(c.Kind), Comment: c.Comment, By: c.By, To: c.To, Reassignment: c.Reassignment, Subject: c.Subject,
	}.Change(gate)
	require.NoError(p.t, err, "approvaltest: the change cannot be sent")
	arg, err := m.Encode("")
	require.NoError(p.t, err, "approvaltest: the change cannot be sent")
	p.update(after, protocol.UpdateChange, arg)
}

func (p *Driver) id(id string) string {
	p.sent++
	if id == "" {
		return fmt.Sprintf("approvaltest-%d", p.sent)
	}
	return id
}

func (p *Driver) update(after time.Duration, name string, arg any) {
	callback := &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { p.refusals = append(p.refusals, err) },
		OnComplete: func(result any, err error) {
			if err != nil {
				p.refusals = append(p.refusals, err)
				return
			}
			receipt, ok := result.(protocol.Receipt)
			require.True(p.t, ok, "approvaltest: the update returned a %T", result)
			p.receipts = append(p.receipts, approvalclient.Receipt(receipt))
		},
	}
	p.env.RegisterDelayedCallback(func() { p.env.UpdateWorkflow(name, "", callback, arg) }, after)
}

// Receipts are what came back, in the order in which it was sent.
func (p *Driver) Receipts() []approvalclient.Receipt { return p.receipts }

// Refusals are why what was sent by update was refused.
func (p *Driver) Refusals() []approval.Reason {
	var reasons []approval.Reason
	for _, err := range p.refusals {
		reasons = append(reasons, approval.ReasonOf(err))
	}
	return reasons
}

// RefusalErrors are the refusals in full.
func (p *Driver) RefusalErrors() []error { return p.refusals }

// Status is what the workflow tells about its gates; it may be asked in a
// delayed callback, and when the workflow has ended.
func (p *Driver) Status() approvalclient.Status {
	p.t.Helper()
	var s approvalclient.Status
	p.query(&s, protocol.QueryStatus)
	return s
}

// Gate is what the workflow tells about one gate. The test fails when there is
// none of that ID.
func (p *Driver) Gate(id string) approvalclient.GateStatus {
	p.t.Helper()
	g, ok := p.Status().Gate(id)
	require.True(p.t, ok, "approvaltest: the workflow has not opened a gate %q", id)
	return g
}

// Audit is what has happened to a gate. The test fails when the chain of its
// hashes is broken.
func (p *Driver) Audit(gate string) policy.Audit {
	p.t.Helper()
	var a policy.Audit
	p.query(&a, protocol.QueryAudit, gate)
	require.NoError(p.t, a.Verify())
	return a
}

// RequireAudit wants these kinds of entries in the audit of a gate, in order.
func (p *Driver) RequireAudit(gate string, kinds ...string) {
	p.t.Helper()
	var got []string
	for _, e := range p.Audit(gate).Entries {
		got = append(got, e.Kind)
	}
	require.Equal(p.t, kinds, got, "approvaltest: the audit of gate %q", gate)
}

func (p *Driver) query(into any, name string, args ...any) {
	p.t.Helper()
	value, err := p.env.QueryWorkflow(name, args...)
	require.NoError(p.t, err, "approvaltest: the workflow does not answer; does it call approval.NewGates?")
	require.NoError(p.t, value.Get(into))
}

func (p *Driver) encodeVote(gate string, v approvalclient.Vote) any {
	p.t.Helper()
	m, err := protocol.VoteForm(v).Vote(gate)
	require.NoError(p.t, err, "approvaltest: the vote cannot be sent")
	arg, err := m.Encode("")
	require.NoError(p.t, err, "approvaltest: the vote cannot be sent")
	return arg
}
