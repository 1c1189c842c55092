package approvalhttp

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
)

// advice is what a refusal says, without what the SDK adds to it.
func advice(err error) string {
	var app *temporal.ApplicationError
	for cause := err; errors.As(cause, &app); cause = app.Unwrap() {
		if strings.HasPrefix(app.Type(), "approval.") {
			return app.Message()
		}
	}
	return err.Error()
}

// refuse answers with what is wrong.
func (h *handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	h.prepare(w, r, p)
	reply(w, p.Status, "application/problem+json", p)
}

// prepare says when to come again, and tells the log what callers are not told. The
// path has neither IDs nor tokens in it, and what the server or the connection has
// said is without those that the request had.
func (h *handler) prepare(w http.ResponseWriter, r *http.Request, p *problem) {
	if p.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((p.after+time.Second-1)/time.Second)))
	}
	if p.cause != nil {
		h.o.Logger.WarnContext(
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

// root is the innermost error of a chain: what has gone wrong, without what the
// layers above say of the request.
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
	_ = json.NewEncoder(w).Encode(answer) // the caller is gone: nobody to tell
}
