package approvalhttp

import (
	"errors"
	"net/http"
	"time"

	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// Codes of problems besides the reasons of package approval.
const (
	codeUnknown     = "Unknown"         // no such gate, or not for the caller
	codeMethod      = "Method"          // of HTTP
	codeOrigin      = "CrossOrigin"     // a page of another origin
	codeIdentity    = "Unauthenticated" // who is it?
	codeContentType = "ContentType"
	codeSlow        = "BodyTimeout"
	codeActor       = "InvalidActor" // whom the application names
	codeLimited     = "RateLimited"
	codeUnavailable = "Unavailable" // no worker, or no server
)

// retryAfter says how long to wait before sending a request again that had no answer.
const retryAfter = 3 * time.Second

// A problem holds the body of an answer that refuses a request, in the form of
// RFC 9457: detail says what happened and what to do.
type problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
	// Gate describes the gate, with 409 and 412 if a worker can tell.
	Gate *approvalclient.GateStatus `json:"gate,omitempty"`

	after time.Duration
	cause error // for the log alone
}

func (p *problem) Error() string { return "approvalhttp: " + p.Detail }

// forPeople returns the detail in words for a person who has followed a link.
func (p *problem) forPeople() string {
	switch approval.Reason(p.Code) {
	case approval.ReasonSelfApproval:
		return "You have made this request, so another person must decide on it."
	case approval.ReasonNotEligible:
		return "You are not among those who may decide now. You may be asked later, in another stage."
	case approval.ReasonAlreadyVoted:
		return "You have decided already, and that counts. There is nothing to do."
	}
	return p.Detail
}

// correctable reports whether a person can correct what they have sent, or send it again
// later.
func (p *problem) correctable() bool {
	switch approval.Reason(p.Code) {
	case approval.ReasonMalformed, approval.ReasonTooLarge, approval.ReasonCommentRequired, approval.ReasonNotOpen, approval.ReasonFull:
		return true
	}
	return false
}

func unknown() *problem {
	return &problem{
		Status: http.StatusNotFound,
		Code:   codeUnknown,
		Detail: "there is no such gate, or it is not for you; check workflow and gate",
	}
}

func tooMany(wait time.Duration) *problem {
	return &problem{
		Status: http.StatusTooManyRequests,
		Code:   codeLimited,
		Detail: "you have sent too many requests; wait as long as Retry-After says",
		after:  wait,
	}
}

func unavailable(detail string, cause error) *problem {
	return &problem{Status: http.StatusServiceUnavailable, Code: codeUnavailable, Detail: detail, after: retryAfter, cause: cause}
}

func malformed(detail string) *problem {
	return &problem{Status: http.StatusBadRequest, Code: string(approval.ReasonMalformed), Detail: detail}
}

// problemOf turns an error of a client into the answer to a request.
func problemOf(err error) *problem {
	var (
		known    *problem
		notFound *serviceerror.NotFound
		query    *serviceerror.QueryFailed
	)
	switch reason, _ := approval.ReasonOf(err); {
	case errors.As(err, &known):
		return known
	case reason == approvalclient.ReasonUnknownWorkflow,
		reason == "" && errors.As(err, &notFound),
		reason == "" && errors.As(err, &query): // a workflow without gates
		return unknown()
	case reason == approval.ReasonNotOpen:
		return &problem{Status: statusOf(reason), Code: string(reason), Detail: advice(err), after: retryAfter}
	case reason == approvalclient.ReasonNotSent:
		return unavailable(advice(err), err)
	case reason == approvalclient.ReasonRefused:
		return &problem{
			Status: statusOf(reason),
			Code:   string(reason),
			Detail: "the Temporal server refuses the calls of this site, so nothing was decided; ask the operator of the site to look into its log",
			cause:  err,
		}
	case reason != "":
		return &problem{Status: statusOf(reason), Code: string(reason), Detail: advice(err)}
	}
	return unavailable(
		"no worker has answered, so the outcome is unknown; send the same again with the same Idempotency-Key, which counts once",
		err,
	)
}

// statusOf returns the status of a refusal. One that this package does not know comes
// from a later version of the worker, and is a refusal too.
func statusOf(reason approval.Reason) int {
	switch reason {
	case approval.ReasonMalformed, approval.ReasonNewerVersion:
		return http.StatusBadRequest
	case approval.ReasonSelfApproval, approval.ReasonNotEligible, approval.ReasonNotAllowed, approval.ReasonBadProof:
		return http.StatusForbidden
	case approval.ReasonStale:
		return http.StatusPreconditionFailed
	case approval.ReasonTooLarge:
		return http.StatusRequestEntityTooLarge
	case approval.ReasonCommentRequired:
		return http.StatusUnprocessableEntity
	case approval.ReasonNotOpen:
		return http.StatusTooEarly
	case approval.ReasonFull:
		return http.StatusTooManyRequests
	case approvalclient.ReasonRefused:
		return http.StatusBadGateway
	default: // Closed, Late, AlreadyVoted, KeyReused, Paused, NotGranted, WorkflowPaused
		return http.StatusConflict
	}
}
