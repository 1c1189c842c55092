package protocol

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A ChangeKind says what a [Change] does. Package approvalclient documents them.
type ChangeKind string

// The kinds.
const (
	ChangeExtend   ChangeKind = "extend"
	ChangeShorten  ChangeKind = "shorten"
	ChangeWithdraw ChangeKind = "withdraw"
	ChangeResubmit ChangeKind = "resubmit"
	ChangeDelegate ChangeKind = "delegate"
	ChangeReassign ChangeKind = "reassign"
	ChangeRevoke   ChangeKind = "revoke"
)

// A Change holds the argument of [UpdateChange].
type Change struct {
	V            int                `json:"v"`
	Gate         string             `json:"gate"`
	ID           string             `json:"id"`
	Actor        policy.Actor       `json:"actor"`
	Kind         ChangeKind         `json:"kind"`
	Comment      string             `json:"comment,omitempty"`
	By           duration.Text      `json:"by,omitempty"`
	To           string             `json:"to,omitempty"`
	Reassignment *policy.Escalation `json:"reassignment,omitempty"`
	Subject      wire.RawJSON       `json:"subject,omitempty"`
	Proof        string             `json:"proof,omitempty"`
}

// A ChangeForm has the fields of approvalclient.Change; only the type of its kind differs.
type ChangeForm struct {
	ID           string
	Actor        policy.Actor
	Kind         string
	Comment      string
	By           time.Duration
	To           string
	Reassignment policy.Escalation
	Subject      any
}

// Change returns the message that carries the change to a gate.
func (f ChangeForm) Change(gate string) (Change, error) {
	c := Change{
		V: Version, Gate: gate, ID: f.ID, Actor: f.Actor, Kind: ChangeKind(f.Kind), Comment: f.Comment, By: duration.Text(f.By), To: f.To,
	}
	if c.Kind == ChangeReassign {
		c.Reassignment = &f.Reassignment
	}
	var err error
	if c.Subject, err = encoded(gate, f.Subject); err != nil {
		return c, err
	}
	return c, c.Check()
}

// ReadChange decodes a change.
func ReadChange(raw converter.RawValue) (Change, error) {
	var c Change
	if err := wire.DecodeStrict(raw, Version, &c); err != nil {
		return c, RefusalOf("", err)
	}
	return c, c.Check()
}

// Encode returns the change as it is sent, with a proof or without any.
func (c Change) Encode(proof string) (converter.RawValue, error) {
	c.Proof = proof
	return encode(c.Gate, c)
}

// Version returns the version of the change's form.
func (c *Change) Version() int { return c.V }

// Statement returns what the proof signs.
func (c Change) Statement(at Place) Statement {
	parts := []string{"change", c.Gate, c.ID, c.Actor.ID, c.Actor.Auth, strconv.Itoa(len(c.Actor.Groups))}
	parts = append(parts, c.Actor.Groups...)
	parts = append(parts, string(c.Kind), c.Comment, c.By.String(), c.To, string(c.Subject))
	return Statement{at, append(parts, c.reassigns()...)}
}

// reassigns returns, as text, who decides from now on; nothing for other changes.
func (c Change) reassigns() []string {
	r := c.Reassignment
	if r == nil {
		return nil
	}
	parts := []string{r.After.String(), r.Rule, strconv.FormatBool(r.Replace)}
	for _, names := range [][]string{r.To.Users, r.To.Groups, r.To.Except} {
		parts = append(append(parts, strconv.Itoa(len(names))), names...)
	}
	return parts
}

// Decision returns the change's identity.
func (c Change) Decision() Decision { return Decision{c.Actor.ID, c.ID} }

// Content names what the change asks for.
func (c Change) Content() string {
	parts := []string{"change", string(c.Kind), c.Comment, c.By.String(), c.To, wire.Compact(c.Subject)}
	return contentOf(append(parts, c.reassigns()...)...)
}

// Check refuses what no gate could do.
func (c Change) Check() error {
	if err := checkIDs(c.Gate, c.ID); err != nil {
		return err
	}
	if err := c.Actor.Validate(); err != nil {
		return RefusalOf(c.Gate, err)
	}
	for _, text := range append(c.reassigns(), c.Comment, c.To, string(c.Kind)) {
		if !utf8.ValidString(text) {
			return Refuse(nil, Malformed, c.Gate, fmt.Sprintf("a text of the change, of %d bytes, is no UTF-8; send text", len(text)))
		}
	}
	switch {
	case len(c.Comment) > policy.MaxCommentBytes:
		return Refuse(nil, TooLarge, c.Gate,
			fmt.Sprintf("the change's comment has %d bytes, the limit is %d; shorten it", len(c.Comment), policy.MaxCommentBytes))
	case (c.Kind == ChangeExtend || c.Kind == ChangeShorten) && c.By <= 0:
		return Refuse(nil, Malformed, c.Gate, fmt.Sprintf(`the deadline cannot be moved by %s; set "by" to a positive duration`, c.By))
	case c.Kind == ChangeReassign && c.Reassignment == nil:
		return Refuse(nil, Malformed, c.Gate, `it is not said who decides from now on; set "reassignment"`)
	}
	return nil
}
