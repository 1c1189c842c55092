package approval

import (
	"cmp"
	"fmt"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// check returns the refusal of a vote by update, without a look at its subject. It
// changes nothing, as a validator must not.
func (g *gate) check(m message, now time.Time) error {
	if err := g.repeated(m.Decision(), m.Content()); err != nil {
		return err
	}
	if err := g.closedErr(); err != nil {
		return err
	}
	counter := g.tallyAfterDue(now)
	if err := g.closedErrIn(counter, now); err != nil {
		return err
	}
	if err := counter.Check(m.Ballot()); err != nil {
		return refusalOf(g.ID, err)
	}
	return nil
}

// future returns the tally after all events that are due. Callers must not change it.
func (g *gate) tallyAfterDue(now time.Time) *tally.Tally {
	if after := g.talliesAfterDue(now); len(after) > 0 {
		return after[len(after)-1]
	}
	return g.tally
}

// repeated refuses a decision that was counted before.
func (g *gate) repeated(d protocol.Decision, content string) error {
	first, ok := g.receiptOf(d)
	if !ok {
		return nil
	}
	receipt, err := first.Again(content)
	if err == nil {
		err = refusal(Reason(protocol.Duplicate), g.ID, "this decision was counted before; nothing to do", receipt)
	}
	return err
}

// closedErr returns the refusal of a decision on a closed gate, and nil while the gate is
// open.
func (g *gate) closedErr() error {
	return g.closedErrIn(g.tally, g.Closed)
}

// closedErrIn does the same as [gate.closedErr] for a tally that was closed at that time.
func (g *gate) closedErrIn(t *tally.Tally, at time.Time) error {
	switch state := t.State(); {
	case !state.IsClosed():
		return nil
	case state == policy.StateExpired:
		return g.lateErr()
	default:
		return refusal(ReasonClosed, g.ID, fmt.Sprintf("it was %s at %s; nothing more can be decided", state, at.Format(time.RFC3339)))
	}
}

func (g *gate) lateErr() error {
	at := g.Closed
	if g.deadline != nil {
		at = g.deadline.Time()
	}
	return refusal(ReasonLate, g.ID, fmt.Sprintf("its deadline was %s; ask the requester to submit again", at.Format(time.RFC3339)))
}

// A signable message has a statement that a key signs.
type signable interface {
	Statement(at protocol.Place) protocol.Statement
}

// prove checks the proof of a message, if the gate needs one. It depends on the
// keys of the worker, so it is for validators and side effects, which do not run on
// replay.
func (g *gate) prove(ctx workflow.Context, m signable, proof string) error {
	if !g.Proofs {
		return nil
	}
	info := workflow.GetInfo(ctx)
	at := protocol.Place{
		Namespace: info.Namespace, WorkflowID: info.WorkflowExecution.ID,
		FirstRunID: cmp.Or(info.FirstRunID, info.WorkflowExecution.RunID),
	}
	if err := protocol.Verify(g.gates.keys, m.Statement(at), proof, workflow.Now(ctx)); err != nil {
		return refusal(ReasonBadProof, g.ID, err.Error())
	}
	return nil
}

// An evaluation records why the program refuses a vote by signal, as a marker in history
// that a replay uses. It is empty when the program accepts the vote.
type evaluation struct {
	Reason Reason `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	// Done says that the program has evaluated the vote.
	Done bool `json:"-"`
}

// evaluate checks the proof and the subject of a vote by signal, once, and records the
// result in history. A vote that needs neither check has no record, nor has one of an
// actor who may not decide.
func (g *gate) evaluate(ctx workflow.Context, m message) error {
	if !g.Proofs && len(m.Subject) == 0 {
		return nil
	}
	if err := g.tally.Check(m.Ballot()); err != nil {
		return refusalOf(g.ID, err)
	}
	v := m.evaluation
	if v.Done {
		return v.refusal()
	}
	*v = recorded(ctx, func(ctx workflow.Context) evaluation {
		err := g.prove(ctx, m, m.Proof)
		if err != nil {
			return evaluation{Reason: ReasonBadProof, Text: protocol.Message(err)}
		}
		if err = g.validateSubject(m.Subject); err != nil {
			return evaluation{Reason: reasonOf(err), Text: protocol.Message(err)}
		}
		return evaluation{}
	})
	v.Done = true
	return v.refusal()
}

func (v *evaluation) refusal() error {
	if v.Reason == "" {
		return nil
	}
	return protocol.RefuseAgain(v.Reason, v.Text)
}

// recorded writes a value into history as a marker; a replay reads the marker.
func recorded[T any](ctx workflow.Context, write func(workflow.Context) T) T {
	return readRecord[T](recordedRaw(ctx, write))
}

// recordedRaw does the same as [recorded] and leaves the value encoded.
func recordedRaw[T any](ctx workflow.Context, write func(workflow.Context) T) (raw converter.RawValue) {
	err := workflow.SideEffect(ctx, func(ctx workflow.Context) any {
		value, err := wire.Payload(write(ctx))
		if err != nil {
			//archtest:panic values of ours can be written
			panic(err)
		}
		return converter.NewRawValue(value)
	}).Get(&raw)
	if err != nil {
		unreadable(err)
	}
	return raw
}

// readRecord decodes a record.
func readRecord[T any](raw converter.RawValue) T {
	v, err := wire.Decode[T](raw)
	if err != nil {
		unreadable(err)
	}
	return v
}

func unreadable(err error) {
	//archtest:panic the workflow task must fail, and heal when a worker can read the record: going on would be another history
	panic(fmt.Errorf("approval: a record in the history of this run cannot be read; "+
		"give the worker the codec and the version that wrote it: %w", err))
}

// mayChange reports whether queued votes by signal, which are counted before an update,
// could make its refusal wrong: they may end the stage before its deadline does, begin a
// round, or change an earlier choice.
func (g *gate) mayChange(err error) bool {
	switch reasonOf(err) {
	case ReasonAlreadyVoted, ReasonNotEligible, ReasonStale, ReasonLate, ReasonClosed:
		return !g.tally.State().IsClosed()
	default:
		return false
	}
}
