package approvalhttp

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// advice returns the text of a refusal for people, without what is for logs.
func advice(err error) string {
	var app *temporal.ApplicationError
	for cause := err; errors.As(cause, &app); cause = app.Unwrap() {
		if strings.HasPrefix(app.Type(), "approval.") {
			return protocol.Text(app.Message())
		}
	}
	return err.Error()
}

// prepare sets Retry-After, and logs the cause, which callers do not see. The path has no
// IDs and no tokens, and the cause is without those of the request.
func (o Options) prepare(w http.ResponseWriter, r *http.Request, p *problem) {
	if p.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((p.after+time.Second-1)/time.Second)))
	}
	if p.cause != nil {
		o.Logger.WarnContext(
			r.Context(),
			"approvalhttp: no answer from the workflow",
			"method",
			r.Method,
			"path",
			path(r),
			"error",
			root(p.cause).Error(),
		)
	}
}

// root returns the innermost error of a chain, without what the layers above say of the
// request.
func root(err error) error {
	for {
		var inner error
		switch wrapper := err.(type) { //nolint:errorlint // each link of the chain is looked at
		case interface{ Unwrap() error }:
			inner = wrapper.Unwrap()
		case interface{ Unwrap() []error }:
			if all := wrapper.Unwrap(); len(all) > 0 {
				inner = all[len(all)-1]
			}
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}

func reply(w http.ResponseWriter, status int, contentType string, answer any) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // an error means that the caller is gone
}
