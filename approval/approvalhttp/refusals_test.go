package approvalhttp_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Each reason of a refusal has its status, and its advice is passed on.
func TestReasons(t *testing.T) {
	t.Parallel()
	for reason, status := range map[approval.Reason]int{
		approval.ReasonMalformed:             http.StatusBadRequest,
		approval.ReasonNewerVersion:          http.StatusBadRequest,
		approval.ReasonSelfApproval:          http.StatusForbidden,
		approval.ReasonNotEligible:           http.StatusForbidden,
		approval.ReasonNotAllowed:            http.StatusForbidden,
		approval.ReasonBadProof:              http.StatusForbidden,
		approvalclient.ReasonUnknownWorkflow: http.StatusNotFound,
		approval.ReasonClosed:                http.StatusConflict,
		approval.ReasonLate:                  http.StatusConflict,
		approval.ReasonAlreadyVoted:          http.StatusConflict,
		approval.ReasonPaused:                http.StatusConflict,
		approval.ReasonNotGranted:            http.StatusConflict,
		"OfALaterVersion":                    http.StatusConflict,
		approval.ReasonStale:                 http.StatusPreconditionFailed,
		approval.ReasonTooLarge:              http.StatusRequestEntityTooLarge,
		approval.ReasonCommentRequired:       http.StatusUnprocessableEntity,
		approval.ReasonNotOpen:               http.StatusTooEarly,
		approval.ReasonFull:                  http.StatusTooManyRequests,
	} {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, twoOfThem, nil)
			s.fake.refusing = reason
			a := s.post("ann", "/decide", approving)
			p := a.problem(t)
			require.Equal(t, status, p.Status)
			require.Equal(t, status == http.StatusTooEarly, a.header.Get("Retry-After") != "", "what time mends")
			require.Equal(t, status == http.StatusConflict || status == http.StatusPreconditionFailed, p.Gate != nil, "how the gate stands")
			if status == http.StatusNotFound {
				require.Equal(t, "Unknown", p.Code)
				return
			}
			require.Equal(t, string(reason), p.Code)
			require.Equal(t, "it says no; do something else", p.Detail)
		})
	}
}

func TestRequestThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	s.fake.down = true // none of these asks a worker
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		status int
		advice string
	}{
		"no JSON":             {`choice=approve`, nil, 400, "message is not a JSON object; /openapi.json describes"},
		"half of it":          {approving[:20], nil, 400, "message is not readable"},
		"two objects":         {approving + approving, nil, 400, "message is not readable"},
		"unknown field":       {`{` + thisGate + `,"choice":"approve","actor":{"id":"eve"}}`, nil, 400, `unknown field "actor"`},
		"a field twice":       {`{` + thisGate + `,"choice":"reject","choice":"approve"}`, nil, 400, "a field twice; send each once"},
		"another spelling":    {`{` + thisGate + `,"Choice":"approve"}`, nil, 400, `unknown field "Choice"`},
		"a comment of bytes":  {`{` + thisGate + `,"choice":"approve","comment":"` + "\xff" + `"}`, nil, 400, "no UTF-8"},
		"half of a character": {`{` + thisGate + `,"choice":"approve","for":"\ud800"}`, nil, 400, "surrogate pair"},
		"bytes in a subject":  {`{` + thisGate + `,"choice":"approve","subject":{"a":"` + "\xff" + `"}}`, nil, 400, "no UTF-8"},
		"a key of bytes":      {approving, map[string]string{"Idempotency-Key": "k\xff"}, 400, "decision ID has 2 bytes"},
		"a wrong type":        {`{` + thisGate + `,"choice":1}`, nil, 400, `field "choice" does not take what was sent`},
		"no choice":           {`{` + thisGate + `}`, nil, 400, "choice is unknown; send"},
		"no workflow":         {`{"gate":"g","choice":"approve"}`, nil, 400, `set "workflow" to 1 to 1000 bytes`},
		"no gate":             {`{"workflow":"w","choice":"approve"}`, nil, 400, `set "gate" to 1 to 200 bytes`},
		"a long gate ID": {
			`{"workflow":"w","choice":"approve","gate":"` + strings.Repeat("g", 201) + `"}`, nil, 400,
			"gate ID has 201 bytes",
		},
		"a long key":   {approving, map[string]string{"Idempotency-Key": strings.Repeat("k", 201)}, 400, "decision ID has 201 bytes"},
		"an empty key": {approving, map[string]string{"Idempotency-Key": ""}, 400, "Idempotency-Key is empty, or is there twice"},
		"two keys":     {approving, map[string]string{"Idempotency-Key": "a", "Idempotency-key": "b"}, 400, "is there twice"},
		"a comment of 5 KB": {
			`{` + thisGate + `,"choice":"approve","comment":"` + strings.Repeat("c", 5<<10) + `"}`, nil, 413,
			"the limit is 4096; shorten it",
		},
		"a body of 1 MB":       {`{"comment":"` + strings.Repeat("c", 1<<20) + `"}`, nil, 413, "more than 65536 bytes; send less"},
		"wrong content type":   {approving, map[string]string{"Content-Type": "text/plain"}, 415, "Content-Type: application/json"},
		"a form":               {"choice=approve", formHeader, 415, "Content-Type: application/json"},
		"broken content type":  {approving, map[string]string{"Content-Type": ";"}, 415, "Content-Type: application/json"},
		"a round below nought": {`{` + thisGate + `,"choice":"approve","round":-1}`, nil, 400, "round is -1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			headers := []map[string]string{c.header}
			if c.header["Content-Type"] == "" {
				headers = append(headers, jsonHeader)
			}
			p := s.send("ann", http.MethodPost, "/decide", c.body, headers...).problem(t)
			require.Equal(t, c.status, p.Status)
			require.Contains(t, p.Detail, c.advice)
			require.Empty(t, s.fake.signals)
		})
	}
}

// A caller who may not read a gate learns nothing, not even whether it is there.
func TestUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
		o.Authorize = func(_ *http.Request, a policy.Actor, ref approvalclient.Ref, _ string) bool {
			return a.ID != "dan" || ref.WorkflowID == "gone"
		}
	})
	gate := func(who, workflow, gate string) answer {
		return s.send(who, http.MethodGet, "/gate?"+url.Values{"workflow": {workflow}, "gate": {gate}}.Encode(), "")
	}
	unknown := gate("ann", "gone", "g")
	require.Equal(t, http.StatusNotFound, unknown.status)
	require.Contains(t, unknown.problem(t).Detail, "no such gate, or it is not for you; check workflow and gate")
	for name, a := range map[string]answer{
		"another gate of the workflow":     gate("ann", s.fake.workflow, "other"),
		"a gate that is not for the actor": gate("dan", s.fake.workflow, s.fake.status.ID),
		"no workflow, decided on":          s.post("ann", "/decide", `{"workflow":"gone","gate":"g","choice":"approve"}`),
		"not for the actor, decided on":    s.post("dan", "/decide", approving),
		"not for the actor, managed":       s.post("dan", "/change", `{`+thisGate+`,"kind":"withdraw"}`),
		"no workflow, managed":             s.post("dan", "/change", `{"workflow":"gone","gate":"g","kind":"withdraw"}`),
	} {
		require.Equal(t, unknown.body, a.body, name)
		require.Equal(t, unknown.status, a.status, name)
	}
	require.Empty(t, s.fake.updates)

	s.fake.broken = serviceerror.NewQueryFailed("unknown queryType approval.status")
	require.Equal(t, unknown.body, gate("ann", s.fake.workflow, s.fake.status.ID).body, "a workflow without gates")
	s.fake.broken = serviceerror.NewInvalidArgument("WorkflowId: bad")
	require.Equal(t, http.StatusBadRequest, gate("ann", "w", "g").problem(t).Status)
}

func TestLimit(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
		o.RateLimit = func(*http.Request) time.Duration { return 1500 * time.Millisecond }
	})
	var doc struct{ Paths map[string]map[string]any }
	require.NoError(t, json.Unmarshal(description, &doc))
	for path, methods := range doc.Paths {
		for method := range methods {
			a := s.send("ann", strings.ToUpper(method), path, approving)
			require.Equal(t, http.StatusTooManyRequests, a.status, path)
			require.Equal(t, "2", a.header.Get("Retry-After"))
		}
	}
	p := s.post("ann", "/decide", approving).problem(t)
	require.Equal(t, "RateLimited", p.Code)
	require.Contains(t, p.Detail, "wait as long as Retry-After says")
	require.Empty(t, s.fake.updates)
}
