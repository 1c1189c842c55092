package service

import (
	"errors"
	"net/http"

	"go.temporal.io/api/serviceerror"
)

// bad is what a caller has done wrong, and what to do instead.
type bad string

func (b bad) Error() string { return string(b) }

// answer tells the caller what an error means. What is behind a 503 is for the
// log, not for callers.
func (a api) answer(w http.ResponseWriter, err error) {
	var wrong bad
	var missing *serviceerror.NotFound
	switch {
	case err == nil:
	case errors.As(err, &wrong):
		http.Error(w, wrong.Error(), http.StatusBadRequest)
	case errors.As(err, &missing):
		http.Error(w, "there is no such order, or it has ended", http.StatusNotFound)
	default:
		a.Log.Warn("a request has failed", "error", err)
		http.Error(w, "no worker or server answers; send the same again later", http.StatusServiceUnavailable)
	}
}
