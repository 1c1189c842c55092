package approvalclient

import (
	"errors"
	"fmt"
	"reflect"
	"time"
	"unicode/utf8"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// Defaults of [Options].
const (
	DefaultUpdateTimeout = 3 * time.Second
	DefaultSignatureTTL  = 24 * time.Hour
)

// Options tunes [New]. The zero value is ready to use.
type Options struct {
	// UpdateTimeout bounds the wait for a worker's answer. After it, Decide sends the
	// vote as a signal. Zero or less means [DefaultUpdateTimeout].
	UpdateTimeout time.Duration
	// Key signs votes and changes, for workers with approval.Options.Keys. It needs a
	// Namespace.
	Key *approvalkey.Key
	// Namespace names the namespace of the workflows. The signature covers it.
	Namespace string
	// SignatureTTL limits how long workers accept a signature, and so how long a queued vote
	// can wait for a worker. Zero or less means [DefaultSignatureTTL].
	SignatureTTL time.Duration
}

// A Client decides on gates and changes them from outside workflow code: in handlers,
// programs and activities. It is safe for concurrent use.
type Client struct {
	temporal client.Client
	options  Options
}

// New returns a client that works through c. It fails without c, with a key that cannot
// sign, and with a key but no namespace.
func New(c client.Client, o Options) (*Client, error) {
	switch {
	case isNil(c):
		return nil, errors.New("approvalclient: there is no Temporal client; give New the one of client.Dial")
	case o.Key != nil && o.Namespace == "":
		return nil, fmt.Errorf(
			"approvalclient: key %q signs votes without a namespace, which no worker accepts; set Options.Namespace to that of the client",
			o.Key.ID(),
		)
	}
	if o.Key != nil {
		if _, err := o.Key.Sign("approvalclient.New", nil); err != nil {
			return nil, fmt.Errorf(
				"approvalclient: key %q of the client does not sign; give one of NewHMACKey or NewSigningKey: %w", o.Key.ID(), err)
		}
	}
	if o.UpdateTimeout <= 0 {
		o.UpdateTimeout = DefaultUpdateTimeout
	}
	if o.SignatureTTL <= 0 {
		o.SignatureTTL = DefaultSignatureTTL
	}
	return &Client{temporal: c, options: o}, nil
}

// isNil reports whether c is nil, or an interface that holds a nil pointer.
func isNil(c client.Client) bool {
	if c == nil {
		return true
	}
	v := reflect.ValueOf(c)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// An address names a gate from outside its workflow.
type address struct {
	Ref
	Gate string
}

// check refuses an address that no server takes.
func (a address) check() error {
	id := a.WorkflowID
	if id == "" || len(id) > protocol.MaxWorkflowID || !utf8.ValidString(id) || !utf8.ValidString(a.RunID) {
		return refusal(
			approval.ReasonMalformed,
			"",
			fmt.Sprintf("the workflow ID has %d bytes; set Ref.WorkflowID to 1 to %d bytes of UTF-8, and Ref.RunID to that of a run, or to nothing",
				len(id), protocol.MaxWorkflowID),
		)
	}
	return nil
}
