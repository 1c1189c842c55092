package service

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"go.temporal.io/api/serviceerror"
)

// A refusal tells a caller what is wrong with a request, and what to do instead.
type refusal struct {
	status int
	text   string
}

func (r refusal) Error() string { return r.text }

func refuse(status int, text string) error { return refusal{status, text} }

// answer tells the caller what an error means. The cause of a 503 is only logged.
func (a api) answer(w http.ResponseWriter, err error) {
	var refused refusal
	var missing *serviceerror.NotFound
	switch {
	case err == nil:
	case errors.As(err, &refused):
		http.Error(w, refused.text, refused.status)
	case errors.As(err, &missing):
		http.Error(w, "there is no such order, or it has ended", http.StatusNotFound)
	default:
		a.Log.Warn("a request has failed", "error", err)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "no worker or server answers; send the same again later", http.StatusServiceUnavailable)
	}
}

// read reads one JSON value. It refuses forms, which web pages of another origin can send.
func read(r *http.Request, v any) error {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "send JSON, with Content-Type: application/json")
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the value")
		}
	}
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("send at most %d bytes", tooLong.Limit))
	case err != nil:
		return refuse(http.StatusBadRequest, "the body cannot be read as JSON: "+err.Error())
	}
	return nil
}

func write(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(v)
}
