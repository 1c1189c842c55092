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

// engineVersion names the rules by which this code counts. A gate keeps the version that
// opened it: code that would count recorded votes differently must look at terms.Engine.
const engineVersion = 1

// maxOpening bounds the bytes of a record, so that the gate can be carried.
const maxOpening = maxCarried / 2

// An opening records how a gate was opened, as one marker in history. A replay uses the
// record, although the program may have another policy, other keys, options and types by
// then.
type opening struct {
	// V holds the version of this form.
	V int `json:"v"`
	// Refused says why the gate could not be opened; the other fields are then empty.
	Refused string `json:"refused,omitempty"`
	question
	Roster policy.GroupMembers `json:"roster,omitempty"`
	Policy wire.RawJSON        `json:"policy,omitempty"`
}

// terms has the options of the run that a gate keeps as they were when it was opened.
type terms struct {
	// Engine holds the engineVersion of the code that opened the gate.
	Engine int `json:"engine,omitempty"`
	// Exact says that the order in history decides on votes by signal; see
	// signals.DeadlineHistoryOrder.
	Exact bool `json:"exact,omitempty"`
	// Inbox says that search attributes list the gate.
	Inbox bool `json:"inbox,omitempty"`
	// Proofs says that votes and changes need a proof.
	Proofs bool `json:"proofs,omitempty"`
	// Notify names the activity that notifies people; if it is empty, there are no notices.
	Notify string `json:"notify,omitempty"`
	// Waits says that the run ends only after its notices: there are notices, and the
	// worker that opened the gate has the interceptor that waits.
	Waits bool `json:"waits,omitempty"`
}

// termsOf returns the terms of a gate that is opened now.
func termsOf(ctx workflow.Context, g *Gates) terms {
	return terms{
		Engine: engineVersion, Exact: g.exact, Inbox: g.inbox, Proofs: len(g.keys) > 0,
		Notify: g.notifier.activity, Waits: g.notifier.activity != "" && wait.FromContext(ctx) != nil,
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

// openingOf returns the record of a request, or the record of its refusal.
func openingOf[T any](req Request[T], kept terms) opening {
	o := opening{
		V: protocol.Version, Roster: req.Roster,
		question: question{Title: req.Title, Requester: req.Requester, Managers: req.Managers, terms: kept},
	}
	var err error
	if o.Subject, err = protocol.NewSubject(req.Subject); err == nil {
		err = o.setPolicy(req.Policy)
	}
	if err != nil {
		return opening{V: protocol.Version, Refused: err.Error()}
	}
	return o
}

// setPolicy sets the policy with its defaults, or returns what is wrong with the request.
func (o *opening) setPolicy(p policy.Policy) error {
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

// An openingCache holds the last record and the last policy that were read. Gates that open
// together often have equal ones.
type openingCache struct {
	record  []byte
	opening opening // of record; callers must not change it
	data    wire.RawJSON
	policy  policy.Policy
}

// read returns the policy of a record.
func (k *openingCache) read(data wire.RawJSON) policy.Policy {
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

// opened writes the opening into history; a replay reads it from there. A record with the
// bytes of the one before is not decoded again.
func (k *openingCache) opened(ctx workflow.Context, write func() opening) opening {
	raw := recordedRaw(ctx, func(workflow.Context) opening { return write() })
	if data := raw.Payload().GetData(); k.record == nil || !bytes.Equal(k.record, data) {
		k.opening = readRecord[opening](raw)
		k.record = data
	}
	return k.opening
}

// Validate refuses the record of a later version, so that the workflow task fails until a
// worker of that version runs.
func (o *opening) Validate() error {
	if o.V > protocol.Version {
		return &wire.NewerVersionError{Version: o.V, Known: protocol.Version}
	}
	return nil
}
