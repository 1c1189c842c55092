package approval

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// engineVersion is the version of the code that counts, which a gate keeps while
// it is open: a change of what history has counted asks for terms.Engine first.
const engineVersion = 1

// maxOpening bounds the bytes of a record, so that the gate can be carried.
const maxOpening = maxCarried / 2

// An opening is the record of how a gate was opened, one marker in history. A
// replay uses the record, whatever policy, keys, options and types the program
// has by then.
type opening struct {
	// V is the version of this form.
	V int `json:"v"`
	// Refused is why the gate could not be opened; the rest is then empty.
	Refused   string              `json:"refused,omitempty"`
	Title     string              `json:"title,omitempty"`
	Requester string              `json:"requester,omitempty"`
	Managers  policy.Selector     `json:"managers,omitzero"`
	Roster    policy.GroupMembers `json:"roster,omitempty"`
	Policy    wire.RawJSON        `json:"policy,omitempty"`
	Subject   protocol.Subject    `json:"subject,omitzero"`
	terms
}

// terms are the options of the run that a gate keeps as they were when it was
// opened.
type terms struct {
	// Engine is the version of the code that opened the gate.
	Engine int `json:"engine,omitempty"`
	// Exact says that history decides on votes by signal, see signals.DeadlineHistoryOrder.
	Exact bool `json:"exact,omitempty"`
	// Inbox says that search attributes list the gate.
	Inbox bool `json:"inbox,omitempty"`
	// Proofs says that votes and changes need a proof.
	Proofs bool `json:"proofs,omitempty"`
	// Notify is the activity that notifies people; if it is empty, no notices are given.
	Notify string `json:"notify,omitempty"`
	// Waits says that the run ends only after its notices: there are some, and
	// the worker that opened the gate has the interceptor that waits.
	Waits bool `json:"waits,omitempty"`
}

// termsOf returns the terms of a gate that is opened now.
func termsOf(ctx workflow.Context, g *Gates) terms {
	return terms{
		Engine: engineVersion, Exact: g.exact, Inbox: g.inbox, Proofs: len(g.keys) > 0,
		Notify: g.post.activity, Waits: g.post.activity != "" && wait.FromContext(ctx) != nil,
	}
}

// require fails the workflow task on a worker that cannot keep the terms.
func (t terms) require(ctx workflow.Context) {
	if t.Exact {
		wait.RequireOrder(ctx)
	}
	if t.Waits {
		wait.RequireEnd(ctx)
	}
}

// openingOf returns the record of a request, or of why it is refused.
func openingOf[T any](req Request[T], kept terms) opening {
	o := opening{V: protocol.Version, Title: req.Title, Requester: req.Requester, Managers: req.Managers, Roster: req.Roster, terms: kept}
	var err error
	if o.Subject, err = protocol.NewSubject(req.Subject); err == nil {
		err = o.judge(req.Policy)
	}
	if err != nil {
		return opening{V: protocol.Version, Refused: err.Error()}
	}
	return o
}

// judge takes the policy, with its defaults, or says what is wrong with the request.
func (o *opening) judge(p policy.Policy) error {
	if o.Requester == "" && !p.AllowRequester {
		return fmt.Errorf("the requester is empty, so no vote of the requester could be refused; set Request.Requester, or Policy.AllowRequester")
	}
	if !utf8.ValidString(o.Title) {
		return fmt.Errorf("the title, of %d bytes, is no UTF-8; give valid text", len(o.Title))
	}
	counter, err := tally.New(p, tally.Options{
		Requester: o.Requester, GroupMembers: o.Roster, Managers: o.Managers,
		Digest: o.Subject.Digest(),
	})
	if err != nil {
		return err
	}
	data, err := wire.Payload(counter.Policy())
	if err != nil {
		return err
	}
	o.Policy = data.GetData()
	if size, err := wire.Size(o); err != nil || size > maxOpening {
		return fmt.Errorf("subject, policy and roster have %d bytes, the limit is %d; give a reference to the subject, or fewer people",
			size, maxOpening)
	}
	return nil
}

// known is the last record and the last policy that were read: gates that open
// together mostly have the same.
type known struct {
	record  []byte
	opening opening // of record; nothing changes what it points to
	data    wire.RawJSON
	policy  policy.Policy
}

// read returns the policy of a record.
func (k *known) read(data wire.RawJSON) policy.Policy {
	if k.data == nil || !bytes.Equal(k.data, data) {
		p, err := wire.ReadOrZero[policy.Policy](wire.FromJSON(data))
		if err != nil {
			//archtest:panic the workflow task must fail, and heal when a worker can read the record
			panic(fmt.Errorf("approval: the policy of a gate's record cannot be read; give the worker the version that wrote it: %w", err))
		}
		k.data, k.policy = data, p
	}
	return k.policy
}

// opened writes the opening into history, or reads what history has. Gates that open
// together are often alike, so that their records have the same bytes: then the
// last one that was read is the value.
func (k *known) opened(ctx workflow.Context, write func() opening) opening {
	raw := recordedRaw(ctx, func(workflow.Context) opening { return write() })
	if data := raw.Payload().GetData(); k.record == nil || !bytes.Equal(k.record, data) {
		k.opening = readRecord[opening](raw)
		k.record = data
	}
	return k.opening
}

// Validate refuses the record of a later version: the task fails until the worker
// has it.
func (o *opening) Validate() error {
	if o.V > protocol.Version {
		return &wire.NewerVersionError{Version: o.V, Known: protocol.Version}
	}
	return nil
}
