package main

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// API is the small JSON API of one report, through which people decide.
type API struct {
	Client     *approval.Client
	WorkflowID string
	Report     Report // as it was submitted
	Say        func(format string, args ...any)
}

// Handler routes GET /status, POST /decide and POST /resubmit. GET never decides.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", a.status)
	mux.HandleFunc("POST /decide", a.decide)
	mux.HandleFunc("POST /resubmit", a.resubmit)
	return mux
}

func (a *API) status(w http.ResponseWriter, r *http.Request) {
	s, err := a.Client.Status(r.Context(), a.WorkflowID, "")
	if err != nil {
		reply(w, http.StatusServiceUnavailable, map[string]string{"error": err.Error()})
		return
	}
	reply(w, http.StatusOK, s)
}

// decide takes a decision. Round and digest are those of the status that the
// caller has seen; in the first round they may be left out.
func (a *API) decide(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As      string          `json:"as"`
		Choice  approval.Choice `json:"choice"`
		Comment string          `json:"comment"`
		Round   int             `json:"round"`
		Digest  string          `json:"digest"`
		ID      string          `json:"id"`
	}
	if !read(w, r, &in, `{"as": "ann", "choice": "approve"}`) {
		return
	}
	actor, known := signIn(in.As)
	if !known {
		replyUnknown(w, in.As)
		return
	}
	receipt, err := a.Client.Decide(r.Context(), a.gate(), approval.Vote{
		ID: in.ID, Actor: actor, Choice: in.Choice, Comment: in.Comment, Round: in.Round, Digest: in.Digest,
	})
	switch {
	case err != nil:
		a.refuse(w, in.As, err)
	case receipt.Queued:
		a.Say("queued     %s: %s", in.As, in.Choice)
		reply(w, http.StatusAccepted, receipt)
	default:
		a.Say("decided    %s: %s", in.As, because(string(in.Choice), in.Comment))
		reply(w, http.StatusOK, receipt)
	}
}

// resubmit takes the report again, with another amount, once changes were
// requested.
func (a *API) resubmit(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As    string `json:"as"`
		Euros int    `json:"euros"`
		ID    string `json:"id"`
	}
	if !read(w, r, &in, `{"as": "eve", "euros": 90}`) {
		return
	}
	actor, known := signIn(in.As)
	if !known {
		replyUnknown(w, in.As)
		return
	}
	next := a.Report
	next.Euros = in.Euros
	if err := a.Report.accepts(next); err != nil { // the workflow would say so, too
		reply(w, http.StatusUnprocessableEntity, map[string]string{"error": err.Error()})
		return
	}
	receipt, err := a.Client.Manage(r.Context(), a.gate(), approval.Change{ID: in.ID, Actor: actor, Action: approval.Resubmit, Subject: next})
	if err != nil {
		a.refuse(w, in.As, err)
		return
	}
	a.Say("again      %s: %d euros, round %d", in.As, in.Euros, receipt.Round)
	reply(w, http.StatusOK, receipt)
}

func (a *API) gate() approval.Ref { return approval.Ref{WorkflowID: a.WorkflowID, Gate: Gate} }

func (a *API) refuse(w http.ResponseWriter, who string, err error) {
	reason := approval.ReasonOf(err)
	a.Say("refused    %s: %s", who, reason)
	reply(w, statusOf(reason), map[string]string{"reason": string(reason), "error": err.Error()})
}

// statusOf is the HTTP status of a refusal; what is no refusal has an unknown
// outcome, and sending the same decision ID again is right.
func statusOf(reason approval.Reason) int {
	switch reason {
	case approval.Malformed, approval.NewerVersion:
		return http.StatusBadRequest
	case approval.TooLarge:
		return http.StatusRequestEntityTooLarge
	case approval.SelfApproval, approval.NotEligible, approval.NotAllowed, approval.BadProof:
		return http.StatusForbidden
	case approval.Closed, approval.Late, approval.AlreadyVoted, approval.Paused, approval.NotGranted:
		return http.StatusConflict
	case approval.Stale:
		return http.StatusPreconditionFailed
	case approval.CommentRequired:
		return http.StatusUnprocessableEntity
	case approval.NotOpen:
		return http.StatusTooEarly
	case approval.Full:
		return http.StatusTooManyRequests
	case approval.UnknownWorkflow:
		return http.StatusNotFound
	default:
		return http.StatusServiceUnavailable
	}
}

// read reads the body of a request, or says what is wrong with it.
func read(w http.ResponseWriter, r *http.Request, into any, example string) bool {
	// A page of another origin cannot send this content type unasked.
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		reply(w, http.StatusUnsupportedMediaType, map[string]string{"error": "send JSON, with the header Content-Type: application/json"})
		return false
	}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	body.DisallowUnknownFields()
	if err := body.Decode(into); err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": fmt.Sprintf("cannot read what was sent (%v); send %s", err, example)})
		return false
	}
	return true
}

func replyUnknown(w http.ResponseWriter, who string) {
	reply(w, http.StatusUnauthorized, map[string]string{"error": fmt.Sprintf("nobody here is called %q; come as one of %v", who, names())})
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody to tell
}
