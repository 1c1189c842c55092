package approvalhttp

import (
	"encoding/json"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A decision is the body of POST /decide.
type decision struct {
	Workflow string          `json:"workflow"`
	Gate     string          `json:"gate"`
	Choice   policy.Choice   `json:"choice"`
	Comment  string          `json:"comment"`
	Reason   string          `json:"reason"`
	For      string          `json:"for"`
	Round    int             `json:"round"`
	Digest   string          `json:"digest"`
	Subject  json.RawMessage `json:"subject"`
}

// A change is the body of POST /change.
type change struct {
	Workflow     string                    `json:"workflow"`
	Gate         string                    `json:"gate"`
	Kind         approvalclient.ChangeKind `json:"kind"`
	Comment      string                    `json:"comment"`
	By           duration.Text             `json:"by"`
	To           string                    `json:"to"`
	Reassignment policy.Escalation         `json:"reassignment"`
	Subject      json.RawMessage           `json:"subject"`
}

// Decisions are the body of POST /decide-many: one choice for many gates.
type decisions struct {
	Gates   []target      `json:"gates"`
	Choice  policy.Choice `json:"choice"`
	Comment string        `json:"comment"`
	Reason  string        `json:"reason"`
}

// A target is one of the gates.
type target struct {
	Workflow string `json:"workflow"`
	Gate     string `json:"gate"`
	For      string `json:"for"`
	Round    int    `json:"round"`
	Digest   string `json:"digest"`
}

// Results are the answer: the ID of all decisions, and what became of each, in
// the order of the gates.
type results struct {
	ID      string   `json:"id"`
	Results []result `json:"results"`
}

// A result has a receipt, or a problem.
type result struct {
	Workflow string                  `json:"workflow"`
	Gate     string                  `json:"gate"`
	Status   int                     `json:"status"` // as that of POST /decide
	Receipt  *approvalclient.Receipt `json:"receipt,omitempty"`
	Problem  *problem                `json:"problem,omitempty"`
}

// An entry is a gate and where it is.
type entry struct {
	Workflow string                    `json:"workflow"`
	Gate     approvalclient.GateStatus `json:"gate"`
	// For is for whom the caller would decide, by delegation.
	For string `json:"for,omitempty"`
}

// A list is a page of what waits for the caller.
type list struct {
	Items []entry `json:"items"`
	// Unreachable are workflows that have not said which gates they have.
	Unreachable []string `json:"unreachable"`
	Next        string   `json:"next,omitempty"`
}
