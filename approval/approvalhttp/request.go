package approvalhttp

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// idempotencyKey names the header whose value becomes the ID of a decision.
const idempotencyKey = "Idempotency-Key"

// key returns the caller's key, or makes one, and says in the answer which it is.
func (c call) key() (string, error) {
	switch values := c.r.Header.Values(idempotencyKey); {
	case len(values) == 0:
		key := rand.Text()
		c.w.Header().Set(idempotencyKey, key)
		return key, nil
	case len(values) > 1 || values[0] == "":
		return "", malformed(
			"the header Idempotency-Key is empty, or is there twice; send it once, with a text of your own, or leave it out",
		)
	default:
		c.w.Header().Set(idempotencyKey, values[0])
		return values[0], nil
	}
}

// json reads the body into v.
func (o Options) json(c call, v any) error {
	data, err := o.body(c.w, c.r, "application/json", o.MaxBody)
	if err != nil {
		return err
	}
	if err := wire.DecodeObject(data, v); err != nil {
		return malformed(err.Error() + "; /openapi.json describes what to send")
	}
	return nil
}

// body reads the body of a request, of the media type that it must have: a page
// of another origin cannot send JSON unasked.
func (o Options) body(w http.ResponseWriter, r *http.Request, want string, most int64) ([]byte, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != want {
		return nil, &problem{
			Status: http.StatusUnsupportedMediaType,
			Code:   codeContentType,
			Detail: "the body is of another type than is read here; send it with the header Content-Type: " + want,
		}
	}
	// A server that cannot set deadlines has its own, or is a test. One that can
	// takes it back when the body is read.
	_ = http.NewResponseController(w).SetReadDeadline(now().Add(o.BodyTimeout))
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &problem{
			Status: http.StatusRequestEntityTooLarge,
			Code:   string(approval.ReasonTooLarge),
			Detail: fmt.Sprintf("the body has more than %d bytes; send less", large.Limit),
		}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &problem{
			Status: http.StatusRequestTimeout,
			Code:   codeSlow,
			Detail: fmt.Sprintf("the body has not arrived within %s; send it again", o.BodyTimeout),
		}
	case err != nil:
		return nil, malformed("the body has not arrived whole; send it again")
	}
	return data, nil
}

// maxWorkflowID repeats the default limit of the server.
const maxWorkflowID = 1000

// An address names a gate.
type address struct {
	approvalclient.Ref
	Gate string
}

// ref names the gate that a request is about.
func ref(workflow, gate string) (address, error) {
	switch {
	case workflow == "" || len(workflow) > maxWorkflowID || !utf8.ValidString(workflow):
		return address{}, malformed(
			fmt.Sprintf("the workflow ID has %d bytes; set \"workflow\" to 1 to %d bytes of UTF-8", len(workflow), maxWorkflowID),
		)
	case gate == "" || !utf8.ValidString(gate):
		return address{}, malformed(fmt.Sprintf("the gate ID has %d bytes; set \"gate\" to 1 to 200 bytes of UTF-8", len(gate)))
	}
	return address{approvalclient.Ref{WorkflowID: workflow}, gate}, nil
}

//nolint:forbidigo // of people and their requests, outside workflows
func now() time.Time { return time.Now() }

// fields reads a query or a form that has these fields, each at most once. A field that
// stands twice is refused, since two readers could take different values, and so is
// any other field.
func fields(encoded string, known ...string) (url.Values, error) {
	sent, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, malformed("the fields cannot be read; encode them as a form does")
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(known, name) {
			return nil, malformed(fmt.Sprintf("the field %.40q is not known; send none but %s", name, strings.Join(known, ", ")))
		}
	}
	return sent, once(sent, known...)
}

// once refuses fields that stand twice, or are no text.
func once(sent url.Values, names ...string) error {
	for _, name := range names {
		switch values := sent[name]; {
		case len(values) > 1:
			return malformed(fmt.Sprintf("the field %q stands %d times; send it once", name, len(values)))
		case !utf8.ValidString(sent.Get(name)):
			return malformed(fmt.Sprintf("the field %q is no UTF-8; send text", name))
		}
	}
	return nil
}
