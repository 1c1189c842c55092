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

// A Driver decides on the gates of a workflow in a test environment. Call its methods that
// send before you execute the workflow; they send at a virtual time after the start.
type Driver struct {
	t        testing.TB
	env      *testsuite.TestWorkflowEnvironment
	sent     int
	receipts []approvalclient.Receipt
	refusals []error
}

// New returns a driver for env. It fails t when something cannot be sent or asked.
func New(t testing.TB, env *testsuite.TestWorkflowEnvironment) *Driver {
	return &Driver{t: t, env: env}
}

// Actor returns an actor of these groups.
func Actor(id string, groups ...string) policy.Actor {
	return policy.Actor{ID: id, Groups: groups, Auth: "test"}
}

// Approve sends the approval of an actor of these groups.
func (d *Driver) Approve(after time.Duration, gate, actor string, groups ...string) {
	d.t.Helper()
	d.Vote(after, gate, approvalclient.Vote{Actor: Actor(actor, groups...), Choice: policy.ChoiceApprove})
}

// Reject sends the rejection of an actor of these groups.
func (d *Driver) Reject(after time.Duration, gate, actor string, groups ...string) {
	d.t.Helper()
	d.Vote(after, gate, approvalclient.Vote{Actor: Actor(actor, groups...), Choice: policy.ChoiceReject})
}

// Vote sends a vote by update. A vote without an ID gets one.
func (d *Driver) Vote(after time.Duration, gate string, v approvalclient.Vote) {
	d.t.Helper()
	d.update(after, protocol.UpdateDecide, d.encode(gate, v))
}

// Signal sends a vote by signal, as a client does when no worker answers.
func (d *Driver) Signal(after time.Duration, gate string, v approvalclient.Vote) {
	d.t.Helper()
	arg := d.encode(gate, v)
	d.env.RegisterDelayedCallback(func() { d.env.SignalWorkflow(protocol.SignalVote, arg) }, after)
}

// Change sends a change by update. A change without an ID gets one.
func (d *Driver) Change(after time.Duration, gate string, c approvalclient.Change) {
	d.t.Helper()
	m, err := protocol.ChangeForm{
		ID: d.id(c.ID), Actor: c.Actor, Kind: string(c.Kind), Comment: c.Comment, By: c.By, To: c.To,
		Reassignment: c.Reassignment, Subject: c.Subject,
	}.Change(gate)
	require.NoError(d.t, err, "approvaltest: the change cannot be sent")
	arg, err := m.Encode("")
	require.NoError(d.t, err, "approvaltest: the change cannot be sent")
	d.update(after, protocol.UpdateChange, arg)
}

func (d *Driver) encode(gate string, v approvalclient.Vote) any {
	d.t.Helper()
	v.ID = d.id(v.ID)
	m, err := protocol.VoteForm(v).Vote(gate)
	require.NoError(d.t, err, "approvaltest: the vote cannot be sent")
	arg, err := m.Encode("")
	require.NoError(d.t, err, "approvaltest: the vote cannot be sent")
	return arg
}

func (d *Driver) id(id string) string {
	d.sent++
	if id == "" {
		return fmt.Sprintf("approvaltest-%d", d.sent)
	}
	return id
}

func (d *Driver) update(after time.Duration, name string, arg any) {
	callback := &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { d.refusals = append(d.refusals, err) },
		OnComplete: func(result any, err error) {
			if err != nil {
				d.refusals = append(d.refusals, err)
				return
			}
			receipt, ok := result.(protocol.Receipt)
			require.True(d.t, ok, "approvaltest: the update returned a %T", result)
			d.receipts = append(d.receipts, approvalclient.Receipt(receipt))
		},
	}
	d.env.RegisterDelayedCallback(func() { d.env.UpdateWorkflow(name, "", callback, arg) }, after)
}

// Receipts returns the receipts of what counted, in order.
func (d *Driver) Receipts() []approvalclient.Receipt { return d.receipts }

// Refusals returns the reasons of what was refused by update, in order.
func (d *Driver) Refusals() []approval.Reason {
	var reasons []approval.Reason
	for _, err := range d.refusals {
		reason, _ := approvalclient.ReasonOf(err)
		reasons = append(reasons, reason)
	}
	return reasons
}

// RefusalErrors returns the errors of what was refused by update, in order.
func (d *Driver) RefusalErrors() []error { return d.refusals }

// Status returns the gates of the workflow. Call it in a delayed callback, or when the
// workflow has ended.
func (d *Driver) Status() approvalclient.Status {
	d.t.Helper()
	var s approvalclient.Status
	d.query(&s, protocol.QueryStatus)
	return s
}

// Gate returns the status of one gate. The test fails when the workflow has not opened it.
func (d *Driver) Gate(id string) approvalclient.GateStatus {
	d.t.Helper()
	g, ok := d.Status().Gate(id)
	require.True(d.t, ok, "approvaltest: the workflow has not opened a gate %q", id)
	return g
}

// Audit returns the audit of a gate. The test fails when the chain of its hashes is broken.
func (d *Driver) Audit(gate string) policy.Audit {
	d.t.Helper()
	var a policy.Audit
	d.query(&a, protocol.QueryAudit, gate)
	require.NoError(d.t, a.Verify())
	return a
}

// RequireAudit requires that the audit of a gate has entries of these kinds, in order.
func (d *Driver) RequireAudit(gate string, kinds ...string) {
	d.t.Helper()
	var got []string
	for _, e := range d.Audit(gate).Entries {
		got = append(got, string(e.Kind))
	}
	require.Equal(d.t, kinds, got, "approvaltest: the audit of gate %q", gate)
}

func (d *Driver) query(into any, name string, args ...any) {
	d.t.Helper()
	value, err := d.env.QueryWorkflow(name, args...)
	require.NoError(d.t, err, "approvaltest: the workflow does not answer; does it call approval.NewGates?")
	require.NoError(d.t, value.Get(into))
}
