package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// people is who may log in, and what groups they belong to. The API takes the
// groups from here, never from the request. Knowing a person by a name that
// the caller gives is for this demonstration only: use your sign-in.
var people = map[string][]string{
	"ann": {"finance"},
	"bob": {"finance", "sales"},
	"cid": {"finance"},
	"dan": {"sales"},
	"eve": {"sales", "finance"},
}

// API is the small JSON API through which people decide.
type API struct {
	Client     *approval.Client
	WorkflowID string
	Say        func(format string, args ...any)

	told sync.Map // what was said of whom, so that it is said once
}

// Handler routes GET /status and POST /decide. GET never decides.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", a.status)
	mux.HandleFunc("POST /decide", a.decide)
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

func (a *API) decide(w http.ResponseWriter, r *http.Request) {
	var in struct {
		As      string          `json:"as"`
		Choice  approval.Choice `json:"choice"`
		Comment string          `json:"comment"`
		ID      string          `json:"id"`
	}
	// A page of another origin cannot send this content type unasked.
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		reply(w, http.StatusUnsupportedMediaType, map[string]string{"error": "send JSON, with the header Content-Type: application/json"})
		return
	}
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	body.DisallowUnknownFields()
	if err := body.Decode(&in); err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": fmt.Sprintf(`cannot read the decision (%v); send {"as": "ann", "choice": "approve"}`, err)})
		return
	}
	groups, known := people[in.As]
	if !known {
		who := slices.Sorted(maps.Keys(people))
		reply(w, http.StatusUnauthorized, map[string]string{"error": fmt.Sprintf("nobody here is called %q; decide as one of %v", in.As, who)})
		return
	}
	receipt, err := a.Client.Decide(r.Context(), approval.Ref{WorkflowID: a.WorkflowID, Gate: Gate}, approval.Vote{
		ID: in.ID, Actor: approval.Actor{ID: in.As, Groups: groups, Auth: "demo-directory"}, Choice: in.Choice, Comment: in.Comment,
	})
	switch {
	case err != nil:
		a.Say("refused    %s: %s", in.As, approval.ReasonOf(err))
		reply(w, statusOf(err), map[string]string{"reason": string(approval.ReasonOf(err)), "error": err.Error()})
	case receipt.Queued:
		a.Say("queued     %s: %s", in.As, in.Choice)
		reply(w, http.StatusAccepted, receipt)
	default:
		a.tell(in.As, in.Choice, fmt.Sprintf(" (%d of %d)", receipt.Approvals, receipt.Need))
		reply(w, http.StatusOK, receipt)
	}
}

func (a *API) tell(who string, choice approval.Choice, how string) {
	if _, told := a.told.LoadOrStore(who+" "+string(choice), true); !told {
		a.Say("decided    %s: %s%s", who, choice, how)
	}
}

// statusOf is the HTTP status of a refusal; what is no refusal has an unknown
// outcome, and sending the same decision ID again is right.
func statusOf(err error) int {
	switch approval.ReasonOf(err) {
	case approval.Malformed, approval.NewerVersion:
		return http.StatusBadRequest
	case approval.TooLarge:
		return http.StatusRequestEntityTooLarge
	case approval.SelfApproval, approval.NotEligible:
		return http.StatusForbidden
	case approval.Closed, approval.Late, approval.AlreadyVoted:
		return http.StatusConflict
	case approval.NotOpen:
		return http.StatusTooEarly
	case approval.UnknownWorkflow:
		return http.StatusNotFound
	default:
		return http.StatusServiceUnavailable
	}
}

func reply(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // the caller is gone: nobody to tell
}
