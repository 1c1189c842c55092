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

// check reports why a vote by update would be refused now, whatever its subject. It
// changes nothing, as a validator must not.
func (g *gate) check(m message, now time.Time) error {
	if err := g.repeated(m.Decision(), m.Content()); err != nil {
		return err
	}
	if err := g.closedErr(); err != nil {
		return err
	}
	counter := g.future(now)
	if err := g.closedErrIn(counter, now); err != nil {
		return err
	}
	if err := counter.Check(m.Ballot()); err != nil {
		return refusalOf(g.id, err)
	}
	return nil
}

// future returns the tally as it will be once all that has fired has taken effect,
// for looking only.
func (g *gate) future(now time.Time) *tally.Tally {
	if after := g.talliesAfterDue(now); len(after) > 0 {
		return after[len(after)-1]
	}
	return g.tally
}

// repeated refuses what was counted before.
func (g *gate) repeated(d protocol.Decision, content string) error {
	first, ok := g.first(d)
	if !ok {
		return nil
	}
	receipt, err := first.Again(content)
	if err == nil {
		err = refusal(Reason(protocol.Duplicate), g.id, "this decision was counted before; nothing to do", receipt)
	}
	return err
}

// closedErr returns why nothing more can be decided, once that is so.
func (g *gate) closedErr() error {
	return g.closedErrIn(g.tally, g.closed)
}

// closedErrIn returns why nothing more can be decided, if a tally was closed at that time.
func (g *gate) closedErrIn(t *tally.Tally, at time.Time) error {
	switch state := t.State(); {
	case !state.IsClosed():
		return nil
	case state == policy.StateExpired:
		return g.late()
	default:
		return refusal(ReasonClosed, g.id, fmt.Sprintf("it was %s at %s; nothing more can be decided", state, at.Format(time.RFC3339)))
	}
}

func (g *gate) late() error {
	at := g.closed
	if g.deadline != nil {
		at = g.deadline.Time()
	}
	return refusal(ReasonLate, g.id, fmt.Sprintf("its deadline was %s; ask the requester to submit again", at.Format(time.RFC3339)))
}

// A provable message says what its proof is about.
type provable interface {
	Statement(at protocol.Place) protocol.Statement
}

// prove checks the proof of a message, if the gate needs one. It depends on the
// keys of the worker, so it is for validators and side effects, which do not run on
// replay.
func (g *gate) prove(ctx workflow.Context, m provable, proof string) error {
	if !g.Proofs {
		return nil
	}
	info := workflow.GetInfo(ctx)
	at := protocol.Place{
		Namespace: info.Namespace, WorkflowID: info.WorkflowExecution.ID,
		FirstRunID: cmp.Or(info.FirstRunID, info.WorkflowExecution.RunID),
	}
	if err := protocol.Verify(g.gates.keys, m.Statement(at), proof, workflow.Now(ctx)); err != nil {
		return refusal(ReasonBadProof, g.id, err.Error())
	}
	return nil
}

// A verdict is what the program has said of a vote by signal: a marker in history,
// which a replay uses. It is empty when nothing speaks against the vote.
type verdict struct {
	Reason Reason `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	// Asked says that this is the answer, not a place for one.
	Asked bool `json:"-"`
}

// judge asks the program about a vote by signal, and writes down what it says. Votes
// without proof and subject ask nothing; who may not decide is refused before.
func (g *gate) judge(ctx workflow.Context, m message) error {
	if !g.Proofs && len(m.Subject) == 0 {
		return nil
	}
	if err := g.tally.Check(m.Ballot()); err != nil {
		return refusalOf(g.id, err)
	}
	v := m.said
	if v.Asked {
		return v.refusal()
	}
	*v = recorded(ctx, func(ctx workflow.Context) verdict {
		err := g.prove(ctx, m, m.Proof)
		if err != nil {
			return verdict{Reason: ReasonBadProof, Text: protocol.Message(err)}
		}
		if err = g.validateSubject(m.Subject); err != nil {
			return verdict{Reason: reasonOf(err), Text: protocol.Message(err)}
		}
		return verdict{}
	})
	v.Asked = true
	return v.refusal()
}

func (v *verdict) refusal() error {
	if v.Reason == "" {
		return nil
	}
	return protocol.RefuseAgain(v.Reason, v.Text)
}

// recorded writes a value into history, one marker, or reads what history has.
func recorded[T any](ctx workflow.Context, write func(workflow.Context) T) T {
	return readRecord[T](recordedRaw(ctx, write))
}

// recordedRaw is [recorded], and leaves the value encoded.
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

// mayChange reports whether votes that have come by signal, and are counted
// before an update, could make its refusal wrong: they may end the stage before
// its deadline does, begin a round, or be changes of mind.
func (g *gate) mayChange(err error) bool {
	switch reasonOf(err) {
	case ReasonAlreadyVoted, ReasonNotEligible, ReasonStale, ReasonLate, ReasonClosed:
		return !g.tally.State().IsClosed()
	default:
		return false
	}
}
