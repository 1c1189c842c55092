package approval

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// An Action is what a [Change] does.
type Action string

// The actions, and who may do them: the requester, those who may decide, and the
// Managers of the request.
const (
	// Extend and Shorten move the deadline of the stage, by By. Managers.
	Extend  Action = "extend"
	Shorten Action = "shorten"
	// Withdraw takes the request back. The requester and managers.
	Withdraw Action = "withdraw"
	// Resubmit makes the request again once changes were requested, with
	// Subject if that has changed. The requester.
	Resubmit Action = "resubmit"
	// Delegate lets To decide for the actor; an empty To takes that back. Who
	// may decide.
	Delegate Action = "delegate"
	// Reassign lets others decide, as Reassignment says. Managers.
	Reassign Action = "reassign"
	// Revoke takes an approval back that was not used yet. The requester and
	// managers.
	Revoke Action = "revoke"
)

// A Change is what somebody does to a gate, besides deciding.
type Change struct {
	// ID names this change of the actor, as the ID of a [Vote] does.
	ID      string
	Actor   Actor
	Action  Action
	Comment string
	// By is by how much to extend or shorten.
	By time.Duration
	// To is who decides for the actor.
	To string
	// Reassignment says who decides from now on; its After is not used.
	Reassignment policy.Escalation
	// Subject is the subject of the next round; nil leaves it as it is.
	Subject any
}

// change is a change on the wire.
type change struct {
	V            int                `json:"v"`
	Gate         string             `json:"gate"`
	ID           string             `json:"id"`
	Actor        Actor              `json:"actor"`
	Action       Action             `json:"action"`
	Comment      string             `json:"comment,omitempty"`
	By           duration.Text    `json:"by,omitempty"`
	To           string             `json:"to,omitempty"`
	Reassignment *policy.Escalation `json:"reassignment,omitempty"`
	Subject      wire.Raw           `json:"subject,omitempty"`
	Proof        string             `json:"proof,omitempty"`
}

// Version is the version of the change's form.
func (m *change) Version() int { return m.V }

// statement is what the proof is about.
func (m change) statement(at place) statement {
	parts := []string{"change", m.Gate, m.ID, m.Actor.ID, m.Actor.Auth, strconv.Itoa(len(m.Actor.Groups))}
	parts = append(parts, m.Actor.Groups...)
	parts = append(parts, string(m.Action), m.Comment, m.By.String(), m.To, string(m.Subject))
	return statement{at, append(parts, m.reassigns()...)}
}

// reassigns is who decides from now on, as text; nothing for other changes.
func (m change) reassigns() []string {
	r := m.Reassignment
	if r == nil {
		return nil
	}
	parts := []string{r.After.String(), r.Rule, strconv.FormatBool(r.Replace)}
	for _, names := range [][]string{r.To.Users, r.To.Groups, r.To.Except} {
		parts = append(append(parts, strconv.Itoa(len(names))), names...)
	}
	return parts
}

func (c Change) change(gate string) (change, error) {
	m := change{V: wireVersion, Gate: gate, ID: c.ID, Actor: c.Actor, Action: c.Action, Comment: c.Comment, By: duration.Text(c.By), To: c.To}
	if c.Action == Reassign {
		m.Reassignment = &c.Reassignment
	}
	var err error
	if m.Subject, err = encoded(gate, c.Subject); err != nil {
		return m, err
	}
	return m, m.check()
}

func (m change) decision() decision { return decision{m.Actor.ID, m.ID} }

func (m change) check() error {
	if err := checkIDs(m.Gate, m.ID); err != nil {
		return err
	}
	if err := m.Actor.Validate(); err != nil {
		return refusalOf(m.Gate, err)
	}
	for _, text := range append(m.reassigns(), m.Comment, m.To, string(m.Action)) {
		if !utf8.ValidString(text) {
			return refusal(Malformed, m.Gate, fmt.Sprintf("a text of the change, of %d bytes, is no UTF-8; send text", len(text)))
		}
	}
	switch {
	case len(m.Comment) > policy.MaxCommentBytes:
		return refusal(TooLarge, m.Gate, fmt.Sprintf("the change's comment has %d bytes, the limit is %d; shorten it", len(m.Comment), policy.MaxCommentBytes))
	case (m.Action == Extend || m.Action == Shorten) && m.By <= 0:
		return refusal(Malformed, m.Gate, fmt.Sprintf(`the deadline cannot be moved by %s; set "by" to a positive duration`, m.By))
	case m.Action == Reassign && m.Reassignment == nil:
		return refusal(Malformed, m.Gate, `it is not said who decides from now on; set "reassignment"`)
	}
	return nil
}

func readChange(raw converter.RawValue) (change, error) {
	var m change
	if err := wire.Strict(raw, wireVersion, &m); err != nil {
		return m, refusalOf("", err)
	}
	return m, m.check()
}

// validateChange refuses a change before it is written to history. It tries it
// out on a copy.
func (g *Gates) validateChange(ctx workflow.Context, raw converter.RawValue) error {
	m, err := readChange(raw)
	if err != nil {
		return err
	}
	gate, err := g.addressed(ctx, m, m.Proof, m.Gate, m.decision(), m.content())
	if err != nil {
		return err
	}
	err = gate.rehearse(m, workflow.Now(ctx))
	if err != nil && (g.source.Len() == 0 || ReasonOf(err) == Malformed) {
		return err // else votes that have come by signal are counted first: the handler looks again
	}
	return gate.fit(m.Subject)
}

// manage makes a change. Votes by signal that history recorded before are
// counted first.
func (g *Gates) manage(ctx workflow.Context, raw converter.RawValue) (Receipt, error) {
	m, err := readChange(raw)
	if err != nil {
		return Receipt{}, err
	}
	g.pump(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return Receipt{}, g.notOpen(m.Gate)
	}
	if first, ok := gate.first(m.decision()); ok {
		return first.again(m.content())
	}
	gate.tick(ctx)
	then, err := gate.try(gate.tally, m, workflow.Now(ctx))
	if err != nil {
		return Receipt{}, err
	}
	then(ctx)
	r := gate.receipt(m.ID)
	gate.remember(decided{m.decision(), r, m.content()})
	gate.follow(ctx)
	return r, nil
}
